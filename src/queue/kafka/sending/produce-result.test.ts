import { createRequire } from 'node:module';
import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSRequestTimeoutError } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { judgeProduceError, judgeProduceResponse } from './produce-result.ts';

interface KafkajsProtocolErrors {
  readonly errorCodes: readonly { readonly type: string; readonly code: number }[];
  createErrorFromCode(code: number): Error;
}

const { errorCodes, createErrorFromCode }: KafkajsProtocolErrors = createRequire(import.meta.url)(
  'kafkajs/src/protocol/error',
);

function judge(type: string) {
  const known = errorCodes.find((error) => error.type === type);
  if (known === undefined) throw new Error(`kafkajs does not know ${type}`);
  return judgeProduceError(createErrorFromCode(known.code));
}

describe('a failed attempt', () => {
  test.each([
    ['LEADER_NOT_AVAILABLE', 'try-again'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'try-again'],
    ['NOT_ENOUGH_REPLICAS', 'try-again'],
    ['CORRUPT_MESSAGE', 'try-again'],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'fenced'],
    ['UNKNOWN_PRODUCER_ID', 'fenced'],
    ['INVALID_PRODUCER_EPOCH', 'fenced'],
    ['DUPLICATE_SEQUENCE_NUMBER', 'stored-before'],
    ['NOT_LEADER_FOR_PARTITION', 'unknown'],
    ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'unknown'],
    ['REQUEST_TIMED_OUT', 'unknown'],
    ['NETWORK_EXCEPTION', 'unknown'],
    ['KAFKA_STORAGE_ERROR', 'unknown'],
    ['UNKNOWN', 'unknown'],
  ])('an attempt that failed with %s: %s', (type, kind) => {
    expect(judge(type).kind).toBe(kind);
  });

  test.each([
    ['MESSAGE_TOO_LARGE', 'too-large'],
    ['RECORD_LIST_TOO_LARGE', 'too-large'],
    ['TOPIC_AUTHORIZATION_FAILED', 'not-authorized'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'not-authorized'],
    ['INVALID_RECORD', 'invalid'],
    ['INVALID_TIMESTAMP', 'invalid'],
    ['POLICY_VIOLATION', 'invalid'],
  ])('an attempt that failed with %s is refused: %s', (type, reason) => {
    expect(judge(type)).toMatchObject({ kind: 'refused', reason });
    expect(judge(type)).toHaveProperty('detail', expect.stringContaining(type));
  });

  test.each([
    ['a lost connection', new KafkaJSConnectionError('reset', { broker: 'a:1', code: 'ECONNRESET' })],
    // kafkajs may report the error of a reconnection after the request was sent. So the error does not prove
    // that the batch was not stored.
    ['a refused connection', new KafkaJSConnectionError('refused', { broker: 'a:1', code: 'ECONNREFUSED' })],
    [
      'a timeout',
      new KafkaJSRequestTimeoutError('late', {
        broker: 'a:1',
        clientId: 'c',
        correlationId: 1,
        createdAt: 0,
        sentAt: 0,
        pendingDuration: 0,
      }),
    ],
    ['a bug', new TypeError('x is not a function')],
    ['a thrown value that is not an Error', 'text'],
  ])('a batch may have been stored after an attempt with %s', (_name, error) => {
    expect(judgeProduceError(error).kind).toBe('unknown');
  });

  test('an error that kafkajs wrapped is judged by its cause', () => {
    const cause = createErrorFromCode(10);
    const wrapped = new KafkaJSNumberOfRetriesExceeded('gave up', { retryCount: 0, retryTime: 0 });
    Object.assign(wrapped, { cause });
    expect(judgeProduceError(wrapped)).toMatchObject({ kind: 'refused', reason: 'too-large' });
  });
});

describe('an answer without an error', () => {
  const answer = (topicName: string, partition: number, errorCode = 0) => ({
    topics: [{ topicName, partitions: [{ partition, errorCode, baseOffset: '42' }] }],
  });

  test('stores the batch at its base offset', () => {
    expect(judgeProduceResponse(answer('t', 3), 't', 3)).toEqual({ kind: 'stored', baseOffset: 42 });
  });

  test.each([
    ['another partition', answer('t', 2)],
    ['another topic', answer('u', 3)],
    ['an error code', answer('t', 3, 7)],
    ['nothing', { topics: [] }],
  ])('an answer about %s leaves the outcome unknown', (_name, response) => {
    expect(judgeProduceResponse(response, 't', 3).kind).toBe('unknown');
  });
});
