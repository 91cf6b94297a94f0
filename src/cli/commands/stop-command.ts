import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { formatDuration } from '../../plan/duration.ts';
import { plural } from '../../plural.ts';
import { requestStop, type StopResult } from '../../process/stop-request.ts';
import { existingRun, type RunRecord, readRun } from '../../runs/documents/run-json.ts';
import { readVerification, type Verdict } from '../../runs/documents/verify-json.ts';
import { type RunFolder, runFolder } from '../../runs/run-folder.ts';
import { pathFrom, typedName } from '../../runs/typed-name.ts';
import type { Context } from '../context.ts';
import { examples } from '../options/shared/examples.ts';
import { jsonOption, runsOption } from '../options/shared/options.ts';
import { UNTIL_STOPPED } from '../options/shared/until-stopped.ts';
import { positiveDurationMs } from '../options/values/parsers.ts';
import type { Choose } from '../work.ts';

/** Default for --wait. A run with default settings waits less than this time for its queue. */
const DEFAULT_WAIT_MS = 5 * 60_000;

/** If a run has not ended after this time, qbl prints a line that says what qbl waits for. */
const NOTICE_AFTER_MS = 2_000;

interface StopOptions {
  readonly runs: string;
  readonly wait: number;
  readonly json?: true;
}

export function stopCommand(choose: Choose): Command {
  return new Command('stop')
    .description(
      'Stops a run that was started with --until-stopped, and waits until it has ended. The run finishes the requests in flight, verifies the messages and writes its report.',
    )
    .argument('<run>', 'ID or folder of the run')
    .addOption(
      new Option('--wait <time>', 'maximum time to wait for the end of the run')
        .default(DEFAULT_WAIT_MS, formatDuration(DEFAULT_WAIT_MS))
        .argParser(positiveDurationMs),
    )
    .addOption(runsOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('qbl stop rollout', 'qbl stop runs/rollout --wait 10m --json'))
    .action((name: string, options: StopOptions) => choose((context) => stop(name, options, context)));
}

async function stop(name: string, options: StopOptions, { out, err, directory }: Context): Promise<ExitCode> {
  const folder = runFolder(options.runs, name);
  const startedAt = performance.now();
  const notice = setTimeout(() => err.line(waitingText(folder, options.wait)), NOTICE_AFTER_MS);
  const result = await resultOf(folder, options.wait).finally(() => clearTimeout(notice));
  mustHaveEnded(result, folder, options.wait);
  const record = readRun(folder);
  if (record !== null && record.end === null) throw killed(folder);
  const verdict = (await readVerification(folder))?.verdict ?? null;
  const waitedMs = Math.round(performance.now() - startedAt);
  const stopped = { folder, record, verdict, waitedMs };
  const path = pathFrom(directory, folder);
  if (options.json) out.json(jsonOf(stopped, path));
  else out.line(textOf(stopped, path));
  return EXIT_CODES.held;
}

function waitingText({ id }: RunFolder, waitMs: number): string {
  return `waiting until run "${id}" has ended (at most ${formatDuration(waitMs)})`;
}

async function resultOf(folder: RunFolder, waitMs: number): Promise<StopResult> {
  const denied = await stat(folder.path).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === 'EACCES',
  );
  return denied ? 'denied' : requestStop(folder.path, waitMs);
}

/**
 * Checks that the run was stopped.
 * @throws QblError if the run was not stopped
 */
function mustHaveEnded(result: StopResult, folder: RunFolder, waitMs: number): void {
  const { id, path } = folder;
  const time = formatDuration(waitMs);
  switch (result) {
    case 'ended':
      return;
    case 'not-running':
      throw notRunning(folder);
    case 'denied':
      throw new QblError('environment', `run "${id}" belongs to another user: ${path} cannot be accessed`, {
        hint: 'Run qbl stop as the user who started the run.',
      });
    case 'late':
      throw new QblError(
        'environment',
        `run "${id}" has got the request to stop, but has not ended within ${time}`,
        {
          hint: 'The run still finishes its work. Wait longer with --wait, or press Ctrl-C in the terminal of the run to stop it at once.',
        },
      );
    case 'silent':
      throw new QblError('environment', `run "${id}" has not answered within ${time}`, {
        hint: 'The process of the run is suspended or overloaded. Try again, or press Ctrl-C in the terminal of the run.',
      });
  }
}

function notRunning(folder: RunFolder): QblError {
  const { id, end, plan } = existingRun(folder);
  if (end !== null)
    return new QblError('usage', `run "${id}" is not running any more: it ended at ${end.at}`);
  if (plan.untilStopped) {
    return new QblError('usage', `run "${id}" is not running any more: its process was killed`, {
      hint: `qbl verify ${typedName(folder)} shows what can still be proven.`,
    });
  }
  return new QblError(
    'usage',
    `run "${id}" was started without ${UNTIL_STOPPED}, so qbl stop cannot stop it`,
    {
      hint: 'Press Ctrl-C in the terminal of the run.',
    },
  );
}

function killed(folder: RunFolder): QblError {
  return new QblError(
    'environment',
    `run "${folder.id}" has got the request to stop, but its process was killed before its end`,
    {
      hint: `qbl verify ${typedName(folder)} shows what can still be proven.`,
    },
  );
}

interface Stopped {
  readonly folder: RunFolder;
  /**
   * Content of run.json. Null if the run was stopped before it sent anything, because the folder of the run was then
   * removed.
   */
  readonly record: RunRecord | null;
  /** The verdict. Null if the run was not verified, as with `qbl blast`. */
  readonly verdict: Verdict | null;
  readonly waitedMs: number;
}

function textOf({ folder, record, verdict }: Stopped, path: string): string {
  const end = record?.end ?? null;
  if (end === null) return `stopped run ${folder.id} before it sent anything`;
  const judged = verdict === null ? 'not verified' : `verdict ${verdict}`;
  return `stopped run ${folder.id} after ${plural(end.samples, 'request')}: ${judged}\nRun: ${path}`;
}

function jsonOf({ folder, record, verdict, waitedMs }: Stopped, path: string): object {
  return { run: folder.id, folder: path, end: record?.end ?? null, verdict, waitedMs };
}
