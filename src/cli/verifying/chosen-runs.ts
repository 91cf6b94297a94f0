import { QblError } from '../../error.ts';
import { newestRun } from '../../runs/newest-run.ts';
import { newRunId, type RunFolder, runFolder } from '../../runs/run-folder.ts';
import { observeOptionOf } from '../options/shared/observed-target.ts';
import type { VerifyCommandOptions } from '../options/verify-options.ts';

/**
 * Returns the runs that the command line names, or else the newest run.
 * @throws QblError 'usage' for options that contradict each other
 */
export async function chosenRuns(
  names: readonly string[],
  options: VerifyCommandOptions,
): Promise<RunFolder[]> {
  const { runs, run: id, jtl, follow } = options;
  const named = withoutRepeats(
    (id === undefined ? names : [...names, id]).map((name) => runFolder(runs, name)),
  );
  if (jtl !== undefined && id === undefined) {
    throw new QblError('usage', '--jtl needs --run: the run ID that the messages contain');
  }
  if (options.label !== undefined && jtl === undefined) {
    throw new QblError('usage', '--label needs --jtl: a run of qbl already has the labels in its plan');
  }
  if ((jtl !== undefined || follow) && named.length > 1) {
    throw new QblError(
      'usage',
      `${follow ? '--follow' : '--jtl'} accepts only one run, but ${named.length} runs are named`,
    );
  }
  const observing = observeOptionOf(options);
  if (observing !== null && !follow) {
    throw new QblError('usage', `${observing} needs --follow: a service is observed while messages arrive`);
  }
  if (follow && (jtl !== undefined || options.from !== undefined)) {
    throw new QblError(
      'usage',
      `--follow cannot be combined with ${jtl === undefined ? '--from' : '--jtl'}: --follow reads only new messages`,
    );
  }
  if (named.length > 0) return named;
  return [follow ? runFolder(runs, newRunId(new Date())) : await newestRun(runs)];
}

/** Keeps the first of equal folders: an ID and a path can name the same run. */
function withoutRepeats(folders: readonly RunFolder[]): RunFolder[] {
  return folders.filter(({ path }, index) => folders.findIndex((other) => other.path === path) === index);
}

/**
 * Checks that --label is needed.
 * @throws QblError 'usage' if the plan of the run already names the labels
 */
export async function mustNeedLabels(
  folders: readonly RunFolder[],
  { label }: VerifyCommandOptions,
): Promise<void> {
  if (label === undefined) return;
  const { readRun } = await import('../../runs/documents/run-json.ts');
  const planned = folders.find((folder) => readRun(folder) !== null);
  if (planned === undefined) return;
  throw new QblError(
    'usage',
    `--label cannot be used here: the plan of the run "${planned.id}" already says which rows are messages`,
    { hint: 'Leave out --label. If the samples belong to another run, name that run with --run.' },
  );
}
