import { relative, resolve } from 'node:path';
import { QblError } from '../error.ts';
import { printable } from '../printable.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { type CiOptions, writeCiFiles } from './ci-files.ts';
import type { Context } from './context.ts';

export interface RunReportOptions extends CiOptions {
  readonly runs: string;
  readonly keepRuns?: number;
  readonly json?: true;
}

/** @throws QblError 'usage' where the file of one run would take the place of another's */
export function checkReportOptions({ junit, summary }: RunReportOptions, runs: number): void {
  if (runs === 1 || (junit === undefined && summary === undefined)) return;
  throw new QblError(
    'usage',
    `${junit === undefined ? '--summary' : '--junit'} is of one run, not of ${runs}`,
    {
      hint: 'qbl report writes it for each of them.',
    },
  );
}

/** What `run` writes once the verdict is known; what fails here is told, and changes nothing of it. */
export async function writeReports(
  options: RunReportOptions,
  { out, err, directory }: Context,
  folder: RunFolder,
): Promise<void> {
  const [{ writeReport }, { pruneRuns }] = await Promise.all([
    import('../report/html/write.ts'),
    import('../runs/prune.ts'),
  ]);
  try {
    const report = await writeReport(folder);
    if (!options.json) out.line(`Report: ${relative(directory, report)}`);
    await writeCiFiles(options, folder, []);
    if (options.keepRuns === undefined) return;
    const removed = await pruneRuns(resolve(directory, options.runs), options.keepRuns, folder);
    for (const id of removed) err.line(`removed: the run ${id}`);
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    err.line(`${err.style.bold('note:')} ${printable(error.message, 2000)}`);
  }
}
