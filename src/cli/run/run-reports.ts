import { relative, resolve } from 'node:path';
import { QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { type CiOptions, checkCiOptions, type Judged, writeCiFiles } from '../output/ci-files.ts';

export interface RunReportOptions extends CiOptions {
  readonly runs: string;
  readonly keepRuns?: number;
  readonly json?: true;
}

/**
 * Checks the options for files.
 * @throws QblError 'usage' if two documents would be written into the same file
 */
export function checkReportOptions(options: RunReportOptions, runs: number): void {
  const { junit, summary, json } = options;
  checkCiOptions(options);
  if (json === true && summary === '-') {
    throw new QblError('usage', '--summary - and --json both write to standard output', {
      hint: 'Write the summary to a file: --summary qbl.md',
    });
  }
  if (runs === 1 || (junit === undefined && summary === undefined)) return;
  throw new QblError(
    'usage',
    `${junit === undefined ? '--summary' : '--junit'} describes only one run, but this command makes ${runs} runs`,
    {
      hint: 'Write the file for each run afterwards, with qbl report.',
    },
  );
}

const NOTHING_JUDGED: Judged = { conditions: [], comparison: null };

/**
 * Writes the report and the CI files once the verdict is known.
 * @param failure an error of the run despite the verdict; null if the run had no error
 * @returns the path of the report; null if the report could not be written
 */
export async function writeReports(
  options: RunReportOptions,
  context: Context,
  folder: RunFolder,
  failure: QblError | null,
): Promise<string | null> {
  const { out, directory } = context;
  const { writeReport } = await import('../../report/html/write.ts');
  let report: string | null = null;
  await orPrintError(context, async () => {
    report = await writeReport(folder);
    if (!options.json) out.line(`Report: ${relative(directory, report)}`);
  });
  await orPrintError(context, () => writeCiFiles(options, folder, NOTHING_JUDGED, failure?.message));
  return report;
}

/** Writes the CI files of a run that broke off, with everything that its folder records. */
export async function writeBrokenOff(
  options: RunReportOptions,
  context: Context,
  folder: RunFolder,
  plan: string,
  error: unknown,
): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  await orPrintError(context, () => writeCiFiles(options, folder, NOTHING_JUDGED, why, plan));
}

/** Removes older runs after the last run of this experiment. */
export async function prune(
  { runs, keepRuns }: RunReportOptions,
  context: Context,
  experiment: string,
): Promise<void> {
  if (keepRuns === undefined) return;
  const { pruneRuns } = await import('../../runs/prune.ts');
  await orPrintError(context, async () => {
    const removed = await pruneRuns(resolve(context.directory, runs), keepRuns, experiment);
    for (const id of removed) context.err.line(`removed the run ${id}`);
  });
}

/** Prints an error instead of throwing it: the verdict is already known and does not change. */
async function orPrintError({ err }: Context, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    err.line(`${err.style.bold('note:')} ${printable(error.message, 2000)}`);
  }
}
