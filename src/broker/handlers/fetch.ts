import { isStorageFailure } from '../error.ts';
import { MAX_FETCH_BYTES, MAX_FETCH_WAIT_MS } from '../limits.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { HEADER_BYTES } from '../log/record-batch.ts';
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

/** One requested partition, and its log. The log is undefined if the request cannot read it. */
interface Target {
  readonly request: FetchPartitionRequest;
  readonly log: PartitionLog | undefined;
  readonly errorCode: ErrorCode;
}

/**
 * Answers a Fetch request: once `minBytes` bytes are available, after `maxWaitMs` with fewer bytes, or at once with an
 * error.
 */
export async function fetch(request: FetchRequest, context: RequestContext): Promise<FetchResponse> {
  // Fetch sessions (KIP-227) are not supported, so each Fetch request must list all its partitions.
  if (request.sessionId !== 0) {
    return { throttleTimeMs: 0, errorCode: ERRORS.FETCH_SESSION_ID_NOT_FOUND, responses: [] };
  }
  await longPoll(request, context);
  const partitions = await readWithin(request, context);
  const responses = request.topics.map(({ topic, partitions: { length } }) => ({
    topic,
    partitions: partitions.splice(0, length),
  }));
  return { throttleTimeMs: 0, responses };
}

function findTargets({ topics }: FetchRequest, context: RequestContext): Target[] {
  const seen = new Set<PartitionLog>();
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((request) => {
      const log = context.topics.partition(topic, request.partition);
      const isRepeated = log !== undefined && seen.has(log);
      if (log) seen.add(log);
      return { request, log, errorCode: isRepeated ? ERRORS.INVALID_REQUEST : check(request, log) };
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
    // Start to wait before counting the bytes. Otherwise a commit between counting and waiting would be
    // missed.
    const wait = waitForCommit(logs, remainingMs, signal);
    const failed = targets.some(({ errorCode }) => errorCode !== ERRORS.NONE);
    const enough = failed || (await hasBytes(targets, request.minBytes));
    if (enough) wait.end();
    await wait.ended;
    if (enough) return;
  }
}

/**
 * Whether at least `minBytes` bytes are available. Also true if a log cannot be read, because the answer must report
 * the error.
 */
async function hasBytes(targets: Target[], minBytes: number): Promise<boolean> {
  let bytes = 0;
  for (const { log, request } of targets) {
    if (bytes >= minBytes) return true;
    bytes += await onStorageFailure(log?.availableBytes(request.fetchOffset), minBytes);
  }
  return bytes >= minBytes;
}

/** Reserves memory for the available bytes, then reads these bytes. */
async function readWithin(request: FetchRequest, context: RequestContext): Promise<FetchedPartition[]> {
  const targets = findTargets(request, context);
  const maxBytes = Math.max(0, Math.min(request.maxBytes, MAX_FETCH_BYTES));
  const bytes = await availableBytes(targets, maxBytes);
  if (bytes > 0 && !(await context.memory.reserve(bytes))) return targets.map(answerNothing);
  const { partitions, oversized } = await readAll(targets, bytes);
  return oversized ? readOversized(targets, oversized, context) : partitions;
}

/** Number of bytes that the answer will read from all partitions, at most `maxBytes`. */
async function availableBytes(targets: readonly Target[], maxBytes: number): Promise<number> {
  let bytes = 0;
  for (const { log, request, errorCode } of targets) {
    if (bytes >= maxBytes) return maxBytes;
    if (!log || errorCode) continue;
    const available = await onStorageFailure(log.availableBytes(request.fetchOffset), 0);
    bytes += Math.max(Math.min(available, HEADER_BYTES), Math.min(available, request.partitionMaxBytes));
  }
  return Math.min(bytes, maxBytes);
}

interface OversizedBatch {
  readonly target: Target;
  readonly bytes: number;
}

interface ReadTargets {
  readonly partitions: FetchedPartition[];
  /**
   * The first batch of the answer, if it is larger than the limit. The broker sends this batch in spite of the limit.
   * Otherwise the consumer could never continue.
   */
  readonly oversized: OversizedBatch | undefined;
}

async function readAll(targets: readonly Target[], maxBytes: number): Promise<ReadTargets> {
  const partitions: FetchedPartition[] = [];
  let bytesLeft = maxBytes;
  let isFirst = true;
  for (const target of targets) {
    const { log, request, errorCode } = target;
    if (!log || errorCode || (bytesLeft <= 0 && !isFirst)) {
      partitions.push(answerNothing(target));
      continue;
    }
    const wantedBytes = Math.max(0, Math.min(bytesLeft, request.partitionMaxBytes));
    const read = await onStorageFailure(log.read(request.fetchOffset, wantedBytes), null);
    if (isFirst && read && read.records.length === 0 && read.firstBatchBytes > 0) {
      return { partitions: [], oversized: { target, bytes: read.firstBatchBytes } };
    }
    bytesLeft -= read?.heldBytes ?? 0;
    isFirst &&= !read?.records.length;
    partitions.push(read ? answer(target, ERRORS.NONE, read.records) : answerUnreadable(target));
  }
  return { partitions, oversized: undefined };
}

/**
 * Reads only the oversized batch. First releases the memory that was reserved so far, because requests that keep memory
 * while they wait for more could wait for each other forever.
 */
async function readOversized(
  targets: readonly Target[],
  { target, bytes }: OversizedBatch,
  { memory }: RequestContext,
): Promise<FetchedPartition[]> {
  memory.releaseAnswer();
  if (!(await memory.reserve(bytes))) return targets.map(answerNothing);
  const read = await onStorageFailure(target.log?.read(target.request.fetchOffset, bytes), null);
  return targets.map((each) => {
    if (each !== target) return answerNothing(each);
    return read ? answer(each, ERRORS.NONE, read.records) : answerUnreadable(each);
  });
}

function answerNothing(target: Target): FetchedPartition {
  return answer(target, target.errorCode, Buffer.alloc(0));
}

function answerUnreadable(target: Target): FetchedPartition {
  return answer(target, ERRORS.KAFKA_STORAGE_ERROR, Buffer.alloc(0));
}

function answer({ log, request }: Target, errorCode: ErrorCode, records: Buffer): FetchedPartition {
  const highWatermark = log?.highWatermark ?? -1;
  return {
    partitionIndex: request.partition,
    errorCode,
    highWatermark,
    // Only open transactions make the last stable offset smaller than the high watermark, and this broker has no
    // transactions.
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
