import { checkBatch, NO_PRODUCER_ID, readHeader } from '../log/record-batch.ts';
import type { ProducedPartition, ProduceRequest, ProduceResponse } from '../wire/apis/records.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { ProtocolError } from '../wire/reader.ts';
import type { RequestContext } from './handler.ts';

const LEAST_VERSION_WITH_BATCHES = 3;
const LEAST_VERSION_WITH_ZSTD = 7;
const ZSTD = 4;
const NO_ACKS = 0;

/** Answers when every batch is committed. Appends all batches to their logs at once, in the order of the request. */
export async function produce(
  request: ProduceRequest,
  context: RequestContext,
): Promise<ProduceResponse | undefined> {
  const refusal = refuseRequest(request, context.version);
  const responses = await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(({ index, records }) => append(context, { name, index, records, refusal })),
      ),
    })),
  );
  if (request.acks !== NO_ACKS) return { responses };
  endOnError(responses.flatMap(({ partitions }) => partitions));
  return undefined;
}

interface PartitionData {
  readonly name: string;
  readonly index: number;
  readonly records: Buffer | null;
  readonly refusal: ErrorCode;
}

async function append(context: RequestContext, data: PartitionData): Promise<ProducedPartition> {
  const { name, index } = data;
  const records = data.records ?? Buffer.alloc(0);
  const log = context.topics.partition(name, index);
  const refusal =
    data.refusal || (log ? refuseBatch(records, context.version) : ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  if (!log || refusal) return failure(index, refusal);
  const result = await log.append(records);
  if (result.kind === 'refused') return failure(index, result.errorCode);
  const { baseOffset, appendTimeMs: logAppendTimeMs } = result;
  return { index, errorCode: ERRORS.NONE, baseOffset, logAppendTimeMs, logStartOffset: log.logStartOffset };
}

function refuseRequest({ acks, transactionalId }: ProduceRequest, version: number): ErrorCode {
  if (transactionalId !== null) return ERRORS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
  if (acks < -1 || acks > 1) return ERRORS.INVALID_REQUIRED_ACKS;
  return version < LEAST_VERSION_WITH_BATCHES ? ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT : ERRORS.NONE;
}

function refuseBatch(records: Buffer, version: number): ErrorCode {
  const refusal = checkBatch(records);
  if (refusal) return refusal;
  const header = readHeader(records);
  const zstdTooEarly = header?.compression === ZSTD && version < LEAST_VERSION_WITH_ZSTD;
  if (zstdTooEarly) return ERRORS.UNSUPPORTED_COMPRESSION_TYPE;
  return header && header.producerId < NO_PRODUCER_ID ? ERRORS.INVALID_RECORD : ERRORS.NONE;
}

function failure(index: number, errorCode: ErrorCode): ProducedPartition {
  return { index, errorCode, baseOffset: -1 };
}

/**
 * Closes the connection of a client that wants no acks if one of its batches failed. The client gets no answer, so only
 * the closed connection shows the error. Kafka does the same.
 */
function endOnError(partitions: readonly ProducedPartition[]): void {
  const failed = partitions.find(({ errorCode }) => errorCode !== ERRORS.NONE);
  if (failed)
    throw new ProtocolError(
      `the client sent a batch without asking for an ack, and the batch failed with error ${failed.errorCode}`,
    );
}
