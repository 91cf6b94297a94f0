import { isStorageFailure } from '../error.ts';
import { MAX_FETCH_BYTES, MAX_FETCH_WAIT_MS } from '../limits.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type {
  FetchedPartition,
  FetchPartitionRequest,
  FetchRequest,
  FetchResponse,
} from '../wire/apis/records.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { waitForCommit } from './fetch-wait.ts';
import type { RequestContext } from './handler.ts';
import { checkLeaderEpoch } from './leader-epoch.ts';

/** One partition of a request, with its log if there is one to read. */
interface Target {
  readonly topic: string;
  readonly request: FetchPartitionRequest;
  readonly log: PartitionLog | undefined;
  readonly errorCode: ErrorCode;
}

/** Answers with at least `minBytes`, or with what there is after `maxWaitMs`; an error answers at once. */
export async function fetch(request: FetchRequest, context: RequestContext): Promise<FetchResponse> {
  // Fetch sessions (KIP-227) are never begun: each fetch names all its partitions.
  if (request.sessionId !== 0) {
    return { throttleTimeMs: 0, errorCode: ERRORS.FETCH_SESSION_ID_NOT_FOUND, responses: [] };
  }
  await longPoll(request, context);
  const partitions = await readWithin(maxResponseBytes(request, context), request, context);
  const responses = request.topics.map(({ topic, partitions: { length } }) => ({
    topic,
    partitions: partitions.splice(0, length),
  }));
  return { throttleTimeMs: 0, responses };
}

function findTargets({ topics }: FetchRequest, context: RequestContext): Target[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((request) => {
      const log = context.topics.partition(topic, request.partition);
      return { topic, request, log, errorCode: check(request, log) };
    }),
  );
}

function check(
  { fetchOffset, currentLeaderEpoch }: FetchPartitionRequest,
  log: PartitionLog | undefined,
): ErrorCode {
  if (!log) return ERRORS.UNKNOWN_TOPIC_OR_PARTITION;
  const epochError = checkLeaderEpoch(currentLeaderEpoch);
  if (epochError) return epochError;
  const inRange = fetchOffset >= log.logStartOffset && fetchOffset <= log.highWatermark;
  return inRange ? ERRORS.NONE : ERRORS.OFFSET_OUT_OF_RANGE;
}

async function longPoll(request: FetchRequest, context: RequestContext): Promise<void> {
  const { signal } = context;
  const deadline = performance.now() + Math.min(request.maxWaitMs, MAX_FETCH_WAIT_MS);
  for (;;) {
    const remainingMs = deadline - performance.now();
    if (signal.aborted || remainingMs <= 0) return;
    const targets = findTargets(request, context);
    const logs = targets.flatMap(({ log }) => log ?? []);
    // The wait begins before the look, so that no commit falls between the two.
    const wait = waitForCommit(logs, remainingMs, signal);
    const failed = targets.some(({ errorCode }) => errorCode !== ERRORS.NONE);
    const enough = failed || (await hasBytes(targets, request.minBytes));
    if (enough) wait.end();
    await wait.ended;
    if (enough) return;
  }
}

/** A log that cannot be read counts as enough: the answer says so. */
async function hasBytes(targets: Target[], minBytes: number): Promise<boolean> {
  let bytes = 0;
  for (const { log, request } of targets) {
    if (bytes >= minBytes) return true;
    bytes += await onStorageFailure(log?.availableBytes(request.fetchOffset), minBytes);
  }
  return bytes >= minBytes;
}

/** Many fetches at a time share what memory is left; each gets at least a batch all the same. */
function maxResponseBytes({ maxBytes }: FetchRequest, { memory }: RequestContext): number {
  return Math.max(0, Math.min(maxBytes, MAX_FETCH_BYTES, Math.floor(memory.freeBytes / 8)));
}

async function readWithin(
  maxBytes: number,
  request: FetchRequest,
  context: RequestContext,
): Promise<FetchedPartition[]> {
  context.hold(maxBytes);
  try {
    return await readAll(findTargets(request, context), maxBytes);
  } finally {
    context.hold(-maxBytes);
  }
}

async function readAll(targets: Target[], maxBytes: number): Promise<FetchedPartition[]> {
  const partitions: FetchedPartition[] = [];
  let bytesLeft = maxBytes;
  let isFirst = true;
  for (const target of targets) {
    const partition = await readOne(target, bytesLeft, isFirst);
    bytesLeft -= partition.records?.length ?? 0;
    isFirst &&= !partition.records?.length;
    partitions.push(partition);
  }
  return partitions;
}

async function readOne(target: Target, bytesLeft: number, isFirst: boolean): Promise<FetchedPartition> {
  const { log, request, errorCode } = target;
  if (!log || errorCode) return answer(target, errorCode, Buffer.alloc(0));
  const maxBytes = Math.max(0, Math.min(bytesLeft, request.partitionMaxBytes));
  const records = await onStorageFailure(log.read(request.fetchOffset, maxBytes, isFirst), null);
  return answer(target, records ? ERRORS.NONE : ERRORS.KAFKA_STORAGE_ERROR, records ?? Buffer.alloc(0));
}

function answer({ log, request }: Target, errorCode: ErrorCode, records: Buffer): FetchedPartition {
  const highWatermark = log?.highWatermark ?? -1;
  return {
    partitionIndex: request.partition,
    errorCode,
    highWatermark,
    // Without transactions, what is committed is stable.
    lastStableOffset: highWatermark,
    logStartOffset: log?.logStartOffset ?? -1,
    abortedTransactions: null,
    records,
  };
}

async function onStorageFailure<T>(value: Promise<T> | undefined, fallback: T): Promise<T> {
  try {
    return (await value) ?? fallback;
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    return fallback;
  }
}
