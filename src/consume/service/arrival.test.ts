import { expect, test } from 'vitest';
import { writeMessage } from '../../message/write.ts';
import type { Timestamp } from '../../queue/reader.ts';
import { arrivalOf } from './arrival.ts';
import { Counter } from './counts.ts';
import { receivedOf } from './received.ts';

const IDENTITY = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
const NO_MESSAGES = { tokens: [], bodies: new Map() };
const NONE = { recent: () => NO_MESSAGES, latest: () => NO_MESSAGES };
const OWN = writeMessage('{"a":1}', IDENTITY, 5_000);

function arrival(value: string, timestamp: Timestamp | null) {
  const body = Buffer.from(value);
  const message = {
    partition: 0,
    offset: 0,
    value: body,
    receivedAtMs: 9_000,
    redelivered: false,
    timestamp,
  };
  return arrivalOf({ ...message, ack: () => {} }, receivedOf({ value: body }, NONE));
}

test.each<[string, string, Timestamp | null, ReturnType<typeof arrival>]>([
  [
    'the timestamp of the queue',
    OWN,
    { source: 'LogAppendTime', atMs: 6_000 },
    { atMs: 6_000, source: 'queue' },
  ],
  ['the time of sending in the message', OWN, null, { atMs: 5_000, source: 'sender' }],
  [
    'the time of sending rather than the timestamp of a producer',
    OWN,
    { source: 'CreateTime', atMs: 1 },
    { atMs: 5_000, source: 'sender' },
  ],
  [
    'the timestamp of a producer',
    '{"a":1}',
    { source: 'CreateTime', atMs: 4_000 },
    { atMs: 4_000, source: 'sender' },
  ],
  [
    'the receipt rather than the time in a damaged message',
    OWN.replace('"a":1', '"a":2'),
    null,
    { atMs: 9_000, source: 'receipt' },
  ],
  ['the receipt of a message without a time', 'text', null, { atMs: 9_000, source: 'receipt' }],
])('uses %s as the arrival', (_, value, timestamp, expected) => {
  expect(arrival(value, timestamp)).toEqual(expected);
});

test('counts the longest wait from the arrival, and leaves it unknown without a time of arrival', () => {
  const counter = new Counter();
  counter.countAttempt(arrival('text', null), 9_000, 9_010);
  expect(counter.extremes).toMatchObject({ longestWaitMs: null, waitSince: null });
  counter.countAttempt(arrival(OWN, { source: 'LogAppendTime', atMs: 6_000 }), 10_000, 10_010);
  expect(counter.extremes).toMatchObject({ longestWaitMs: 4_000, waitSince: 'queue' });
  counter.countAttempt(arrival(OWN, null), 10_600, 10_610);
  expect(counter.extremes).toMatchObject({ longestWaitMs: 5_600, waitSince: 'sender' });
});

test('counts how long before its arrival the work on a message started', () => {
  const counter = new Counter();
  counter.countAttempt(arrival('text', null), 8_000, 8_010);
  expect(counter.extremes.clockAheadMs).toBeNull();
  const atQueue = arrival(OWN, { source: 'LogAppendTime', atMs: 6_000 });
  counter.countAttempt(atQueue, 10_000, 10_010);
  expect(counter.extremes.clockAheadMs).toBe(0);
  counter.countAttempt(atQueue, 5_200, 5_210);
  expect(counter.extremes).toMatchObject({ clockAheadMs: 800, longestWaitMs: 4_000 });
});

test('counts a message as processed at the end of its last attempt', () => {
  const counter = new Counter();
  const atQueue = arrival(OWN, { source: 'LogAppendTime', atMs: 6_000 });
  counter.countAttempt(atQueue, 7_000, 7_010);
  counter.countAttempt(null, 9_000, 9_010);
  expect(counter.extremes.longestUntilProcessedMs).toBeNull();
  counter.countEnd(atQueue, 9_010);
  counter.countEnd(arrival('text', null), 20_000);
  expect(counter.extremes).toMatchObject({ longestWaitMs: 1_000, longestUntilProcessedMs: 3_010 });
});
