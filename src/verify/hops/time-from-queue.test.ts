import { expect, test } from 'vitest';
import { latencySource } from '../../runs/json/end-to-end-latency.ts';
import { SignedLatency } from '../reading/signed-latency.ts';
import { isSameSystem, timeFromQueue } from './time-from-queue.ts';

const SOURCES = [...latencySource.options, null];
const ALL = SOURCES.flatMap((queue) =>
  SOURCES.flatMap((hop) => [true, false].map((same) => ({ queue, hop, isSameSystem: same }))),
);

test('is measured only if one clock says both arrivals', () => {
  const measured = ALL.filter((sources) => timeFromQueue(sources, new SignedLatency()).kind === 'measured');
  expect(measured).toEqual([
    { queue: 'received', hop: 'received', isSameSystem: true },
    { queue: 'received', hop: 'received', isSameSystem: false },
    { queue: 'LogAppendTime', hop: 'LogAppendTime', isSameSystem: true },
  ]);
});

test.each([
  ['kafka://a:9092/orders', 'kafka://a:9092/done', true],
  ['kafka://a:9092,b:9092/orders', 'kafka://a:9092,b:9092/done', true],
  ['kafka://a:9092/orders', 'kafka://b:9092/orders', false],
  ['kafka://a:9092/orders', 'amqp://a:9092/orders', false],
])('%s and %s are in one system: %s', (queue, hop, expected) => {
  expect(isSameSystem(queue, hop)).toBe(expected);
});
