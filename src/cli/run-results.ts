import { relative } from 'node:path';
import { type ExitCode, QblError } from '../error.ts';
import type { CompareRecord } from '../runs/compare-json.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import type { VerifyRecord } from '../runs/verify-json.ts';
import type { Context } from './context.ts';
import { sendHint } from './send-hint.ts';

export interface EndedRun {
  readonly instances: number;
  readonly exitCode: ExitCode;
  readonly verification: VerifyRecord;
  /** What of it failed though the verdict held; null: nothing. */
  readonly failure: QblError | null;
  readonly comparison: CompareRecord | null;
}

/** The one object that `--json` prints. */
export function recordOf(ended: readonly EndedRun[], isOne: boolean, scaling: CompareRecord | null): object {
  const runs = ended.map(({ verification, comparison }) =>
    comparison === null ? verification : { ...verification, comparison },
  );
  const [only] = runs;
  return isOne && only !== undefined ? only : { runs, scaling };
}

export function noVerdict(
  folder: RunFolder,
  verifyExitCode: number | null,
  { directory }: Context,
): QblError {
  const log = relative(directory, runFiles(folder).log('verify'));
  return new QblError('environment', `verify ended with ${verifyExitCode ?? 'a signal'} and no verdict`, {
    hint: `${log} may tell why.`,
  });
}

/** @param verification null: verify came to none */
export async function show(
  verification: VerifyRecord | null,
  comparison: CompareRecord | null,
  folder: RunFolder,
  context: Context,
): Promise<void> {
  const { out, err, directory } = context;
  const [{ blastText }, { verifyText }, { readSummary }, { readHlog }] = await Promise.all([
    import('../report/blast-text.ts'),
    import('../report/verify-text.ts'),
    import('../runs/summary-json.ts'),
    import('../samples/hlog.ts'),
  ]);
  const summary = await readSummary(folder);
  if (summary !== null) out.line(`${blastText(summary, out.target.columns, out.style)}\n`);
  if (verification !== null) {
    const [endToEnd] = await readHlog(runFiles(folder).endToEnd);
    if (endToEnd !== undefined) out.line(verifyText(verification, endToEnd.histogram, out.style));
  }
  const hint = summary === null ? null : sendHint(summary.statistics);
  if (hint !== null) err.line(`${err.style.bold('hint:')} ${hint}`);
  if (comparison !== null) await showTable(comparison, context);
  out.line(`Run: ${relative(directory, folder.path)}`);
}

export async function showTable(table: CompareRecord, { out }: Context): Promise<void> {
  const { compareText } = await import('../report/compare-text.ts');
  out.line(`\n${compareText(table, out.style)}\n`);
}
