import { QblError } from '../error.ts';
import { carriesIdentity } from '../plan/placements.ts';
import type { Positions, StartingPoint } from '../queue/reader.ts';
import { type RunRecord, readRun } from '../runs/documents/run-json.ts';
import { readSeen } from '../runs/rows/seen-jsonl.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { typedName } from '../runs/typed-name.ts';
import { checkCapabilities } from './check-capabilities.ts';
import { readHistory } from './history/read-history.ts';
import type { HopsToRead } from './hop-watch.ts';
import { checkHopNames, checkHops } from './hops/check-hops.ts';
import { HopReaders } from './hops/hop-readers.ts';
import { CLOCK_MARGIN_MS } from './judging/doubt.ts';
import type { VerifyOptions } from './options.ts';
import { confirmAbsence, confirmLoss, readFrom } from './reread.ts';
import type { VerifyResult } from './result.ts';

/**
 * Verifies runs that have ended. Reads a queue that keeps its messages, or removes the remaining messages from a queue
 * that does not.
 * @throws QblError if a run does not exist, or if its files or queue cannot be read
 */
export async function verifyByReplay(options: ReplayOptions): Promise<VerifyResult> {
  const { hopsToRead, ...others } = options;
  await mustBeVerifiable(options);
  if (hopsToRead === undefined) return replay(others);
  checkHops(hopsToRead, options.queue.url, false);
  await checkHopNames(hopsToRead, options.queue, false);
  const hops = await HopReaders.open(hopsToRead, { ...options, queueUrl: options.queue.url, live: false });
  try {
    return await replay({ ...others, hops });
  } finally {
    await hops.close();
  }
}

export interface ReplayOptions extends VerifyOptions {
  /** The hops of the runs, the queues to which the user's service writes. Absent if the runs have no hops. */
  readonly hopsToRead?: HopsToRead;
}

async function mustBeVerifiable(options: VerifyOptions): Promise<void> {
  const runs = recordsOf(options);
  if (options.samplesFile === null) mustExist(runs);
  mustHaveQueue(runs);
  mustBeToldApart(runs);
  await mustBeThere(options);
  checkCapabilities(options);
}

async function replay(options: VerifyOptions): Promise<VerifyResult> {
  const runs = recordsOf(options);
  if (!options.queue.capabilities.replay) return readWhatIsLeft(options);
  const history = await readHistory(options);
  const from = options.from ?? startingPoint(runs, history.starts);
  const result = await readFrom(options, { from, history, live: false, settled: null });
  if (from.kind === 'beginning') return result;
  if (!runs.some(isNameless)) {
    const confirm = from.kind === 'time' ? confirmAbsence : confirmLoss;
    return confirm(options, result);
  }
  // Messages without identity can only be counted. If the run's start is recorded, a reading of the whole log would
  // only add messages from before the run. So do not read again.
  return history.starts === null ? confirmLoss(options, result) : result;
}

interface ReplayedRun {
  readonly folder: RunFolder;
  /** The content of run.json. Null if the file is missing. */
  readonly record: RunRecord | null;
}

function recordsOf({ folders }: VerifyOptions): ReplayedRun[] {
  return folders.map((folder) => ({ folder, record: readRun(folder) }));
}

function isNameless({ record }: ReplayedRun): boolean {
  return record !== null && !carriesIdentity(record.plan);
}

/** Reads the queue by removing its messages. Messages that a consumer took before cannot be read. */
async function readWhatIsLeft(options: VerifyOptions): Promise<VerifyResult> {
  const history = { ...(await readHistory(options)), starts: null };
  return readFrom(options, { from: { kind: 'beginning' }, history, live: false, settled: null });
}

/**
 * Refuses several runs if the messages of one run have no identity, or if two runs have the same ID. In both cases, qbl
 * could not assign the messages to the runs.
 */
function mustBeToldApart(runs: readonly ReplayedRun[]): void {
  const ids = runs.map(({ folder }) => folder.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new QblError('usage', `run "${twice}" is given twice`);
  const nameless = runs.find(isNameless)?.folder;
  if (runs.length === 1 || nameless === undefined) return;
  throw new QblError(
    'usage',
    `the messages of run "${nameless.id}" have no message ID, so qbl cannot assign them to a run: verify this run alone, with qbl verify ${typedName(nameless)}`,
  );
}

function mustExist(runs: readonly ReplayedRun[]): void {
  const missing = runs.find(({ record }) => record === null)?.folder;
  if (missing === undefined) return;
  throw new QblError('usage', `run "${missing.id}" not found: ${runFiles(missing).run} is missing or empty`, {
    hint: "Give the ID of a run in the folder of --runs, or the path of the run's folder. Or verify your own samples file with --jtl FILE --run ID.",
  });
}

/** Refuses a run that `qbl run` sent directly to a service: its messages are in no queue, so all would count as lost. */
function mustHaveQueue(runs: readonly ReplayedRun[]): void {
  const direct = runs.find(({ record }) => record?.experiment?.direct === true)?.folder;
  if (direct === undefined) return;
  throw new QblError(
    'usage',
    `run "${direct.id}" was sent directly to a service, without a queue: verify has nothing to read`,
    {
      hint: 'Name only runs that were sent to a queue. qbl report shows both runs of --compare direct.',
    },
  );
}

/** Refuses a queue whose broker `qbl run` stopped at the end of the run. Another queue may use its URL now. */
async function mustBeThere({ folders, queue }: VerifyOptions): Promise<void> {
  for (const folder of folders) {
    if (!(await readSeen(folder, queue.url)).gone) continue;
    throw new QblError(
      'environment',
      `the queue ${queue.url} no longer exists: qbl run stopped its broker at the end of run "${folder.id}"`,
      {
        hint: `The verdict is in ${runFiles(folder).verify}. To verify a run again, keep its queue: qbl run --keep, or qbl run --queue kafka://localhost:9092/stress-topic with a broker of your own.`,
      },
    );
  }
}

/**
 * Returns the latest starting point that is before all runs. The point consists of the recorded positions of the runs,
 * or else of the earliest of their start times.
 */
function startingPoint(runs: readonly ReplayedRun[], recorded: Positions | null): StartingPoint {
  if (recorded !== null) return { kind: 'positions', positions: recorded };
  const times = runs.flatMap(({ record }) => record?.startedAtMs ?? []);
  if (times.length < runs.length) return { kind: 'beginning' };
  return { kind: 'time', epochMs: Math.min(...times) - CLOCK_MARGIN_MS };
}
