import { relative } from 'node:path';
import { QblError } from '../../error.ts';
import { exitText } from '../../exit-text.ts';
import type { ChildExit } from '../../process/child.ts';
import type { CompareRecord } from '../../runs/documents/compare-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { pathFrom } from '../../runs/typed-name.ts';
import type { Context } from '../context.ts';
import type { Findings } from '../exit-code.ts';
import { observedField, showObserved } from '../output/observed.ts';
import { sendHint } from '../sending/send-hint.ts';

export interface EndedRun {
  readonly instances: number;
  readonly folder: RunFolder;
  readonly findings: Findings;
  readonly verification: VerifyRecord;
  /** The error of a process that ended too early, or of a failed comparison. Null if there was no such error. */
  readonly failure: QblError | null;
  /** The error of a sender that did not reach its rate. Null if the sender reached its rate, or if no rate was set. */
  readonly missedRate: QblError | null;
  readonly comparison: CompareRecord | null;
  /** The path of report.html. Null if the report could not be written. */
  readonly report: string | null;
}

/** Returns the object that `--json` prints. */
export async function recordOf(
  ended: readonly EndedRun[],
  isOne: boolean,
  scaling: CompareRecord | null,
  context: Context,
): Promise<object> {
  const runs = await Promise.all(ended.map((run) => recordOfOne(run, context)));
  const [only] = runs;
  return isOne && only !== undefined ? only : { runs, scaling };
}

async function recordOfOne(
  { folder, verification, comparison, report }: EndedRun,
  { directory }: Context,
): Promise<object> {
  const { readSummary } = await import('../../runs/documents/summary-json.ts');
  return {
    ...verification,
    http: await readSummary(folder),
    folder: pathFrom(directory, folder),
    report: report === null ? null : relative(directory, report),
    ...(comparison === null ? {} : { comparison }),
    ...(await observedField([folder])),
  };
}

export function noVerdict(folder: RunFolder, { code, signal }: ChildExit, { directory }: Context): QblError {
  const log = relative(directory, runFiles(folder).log('verify'));
  return new QblError('environment', `qbl verify ${exitText(code, signal)} and gave no verdict`, {
    hint: `See ${log} for the reason.`,
  });
}

/**
 * Prints the results of a run.
 * @param verification null if verify ended without a verdict
 */
export async function show(
  verification: VerifyRecord | null,
  comparison: CompareRecord | null,
  folder: RunFolder,
  context: Context,
): Promise<void> {
  const { out, err, directory } = context;
  const [{ blastText }, { verifyText }, { readSummary }, { readHlog }] = await Promise.all([
    import('../../report/text/blast-text.ts'),
    import('../../report/text/verify-text.ts'),
    import('../../runs/documents/summary-json.ts'),
    import('../../samples/latency/hlog.ts'),
  ]);
  const summary = await readSummary(folder);
  // Prints the gaps (times without an acknowledgement) that the verification found, and not the gaps that the sender
  // found. The verification knows more about them.
  const shown = summary === null || verification?.gaps == null ? summary : { ...summary, gaps: null };
  if (shown !== null) out.line(`${blastText(shown, out.target.columns, out.style)}\n`);
  if (verification !== null) {
    const [endToEnd] = await readHlog(runFiles(folder).endToEnd);
    if (endToEnd !== undefined)
      out.line(verifyText(verification, endToEnd.histogram, out.target.columns, out.style));
  }
  await showObserved([folder], context);
  const hint = summary === null ? null : sendHint(summary.statistics);
  if (hint !== null) err.line(`${err.style.bold('hint:')} ${hint}`);
  if (comparison !== null) await showTable(comparison, context);
  out.line(`Run: ${pathFrom(directory, folder)}`);
}

export async function showTable(table: CompareRecord, { out }: Context): Promise<void> {
  const { compareText } = await import('../../report/text/compare-text.ts');
  out.line(`\n${compareText(table, out.target.columns, out.style)}\n`);
}
