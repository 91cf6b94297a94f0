import { createRequire } from 'node:module';
import type { Message } from 'kafkajs';
import { type Batch, encodeBatch } from './batch-encoding.ts';

/** The fields of a Produce request, as in kafkajs's src/protocol/requests/produce/v3/request.js, version 2.2.4. */
export interface ProduceFields {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly compression: number;
  readonly topicData: readonly TopicData[];
}

interface TopicData {
  readonly topic: string;
  readonly partitions: readonly PartitionData[];
}

interface PartitionData {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly Message[];
}

/** An encoded request body, with the parts of kafkajs's Encoder that its callers use. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface ProduceRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly expectResponse: () => boolean;
  readonly encode: () => Promise<Encoded>;
}

export type RequestOf = (fields: ProduceFields) => ProduceRequest;

/**
 * kafkajs's module for Produce requests of version 3. Versions 5 to 7 use the same request with another version number.
 */
const REQUEST_MODULE = 'kafkajs/src/protocol/requests/produce/v3/request';
const ofKafka = createRequire(import.meta.url);
const original: RequestOf = ofKafka(REQUEST_MODULE);

/**
 * Replaces how kafkajs encodes the Produce requests that qbl sends: one uncompressed batch without transaction. For
 * each message, kafkajs creates several objects and buffers, and makes several copies. This took 9 % of the CPU time of
 * `qbl serve`. kafkajs encodes all other requests itself. Must be called before the first request.
 */
export function encodeProduceFast(): void {
  const loaded = ofKafka.cache[ofKafka.resolve(REQUEST_MODULE)];
  if (loaded === undefined) throw new Error('kafkajs has no module for Produce requests');
  loaded.exports = fastRequest(original);
}

/** Returns a function that encodes what qbl sends, and leaves all other requests to kafkajs's own function. */
export function fastRequest(ofKafkajs: RequestOf): RequestOf {
  return (fields) => {
    const batch = onlyBatch(fields);
    const request = ofKafkajs(fields);
    if (batch === null) return request;
    return {
      ...request,
      encode: async () => {
        const bytes = encodeBatch(batch, Date.now());
        return { buf: bytes, buffer: bytes };
      },
    };
  };
}

/** Returns the batch of a request that has exactly one batch. Null if kafkajs must encode the request itself. */
function onlyBatch(fields: ProduceFields): Batch | null {
  const { acks, timeout, transactionalId = null, compression, producerId, producerEpoch, topicData } = fields;
  const [data] = topicData;
  const [part] = data?.partitions ?? [];
  if (data === undefined || part === undefined) return null;
  const isOnly = topicData.length === 1 && data.partitions.length === 1;
  if (!isOnly || transactionalId !== null || compression !== 0 || part.messages.some(isUnusual)) return null;
  const { partition, firstSequence, messages } = part;
  return {
    ...{ acks, timeout, topic: data.topic, partition },
    ...{ producerId, producerEpoch, firstSequence, messages },
  };
}

/** Whether a message has its own time, or a header that is neither text nor bytes. */
function isUnusual({ timestamp, headers = {} }: Message): boolean {
  return timestamp !== undefined || !Object.values(headers).flat().every(isBytes);
}

function isBytes(value: unknown): boolean {
  return typeof value === 'string' || Buffer.isBuffer(value);
}
