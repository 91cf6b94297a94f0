import { relative, resolve } from 'node:path';
import { QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { type CiOptions, type Judged, writeCiFiles, writeCiFilesWithoutVerdict } from '../output/ci-files.ts';

export interface RunReportOptions extends CiOptions {
  readonly runs: string;
  readonly keepRuns?: number;
  readonly json?: true;
}

/** @throws QblError 'usage' where the file of one run would take the place of another's */
export function checkReportOptions({ junit, summary, json }: RunReportOptions, runs: number): void {
  if (json === true && summary === '-') {
    throw new QblError('usage', '--summary - and --json both write to standard output', {
      hint: 'Name a file: --summary qbl.md',
    });
  }
  if (runs === 1 || (junit === undefined && summary === undefined)) return;
  throw new QblError(
    'usage',
    `${junit === undefined ? '--summary' : '--junit'} is of one run, not of ${runs}`,
    {
      hint: 'qbl report writes it for each of them.',
    },
  );
}

const NOTHING_JUDGED: Judged = { conditions: [], comparison: null };

/**
 * What `run` writes once the verdict is known.
 * @param failure what of the run failed all the same; null: nothing
 * @returns the path of the report; null: it could not be written
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
  await orTell(context, async () => {
    report = await writeReport(folder);
    if (!options.json) out.line(`Report: ${relative(directory, report)}`);
  });
  await orTell(context, () => writeCiFiles(options, folder, NOTHING_JUDGED, failure?.message));
  return report;
}

/** What a machine that builds is told of a run that came to no verdict. */
export async function writeBrokenOff(
  options: RunReportOptions,
  context: Context,
  folder: RunFolder,
  plan: string,
  error: unknown,
): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  await orTell(context, () => writeCiFilesWithoutVerdict(options, folder, plan, why));
}

/** Removes older runs, once none of this experiment is to come. */
export async function prune(
  { runs, keepRuns }: RunReportOptions,
  context: Context,
  experiment: string,
): Promise<void> {
  if (keepRuns === undefined) return;
  const { pruneRuns } = await import('../../runs/prune.ts');
  await orTell(context, async () => {
    const removed = await pruneRuns(resolve(context.directory, runs), keepRuns, experiment);
    for (const id of removed) context.err.line(`removed: the run ${id}`);
  });
}

/** What fails after the verdict is told, and changes nothing of it. */
async function orTell({ err }: Context, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    err.line(`${err.style.bold('note:')} ${printable(error.message, 2000)}`);
  }
}
