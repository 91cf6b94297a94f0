import { expect, test } from 'vitest';
import type { ConsumedMessage, ConsumerOptions, Queue } from '../../queue/queue.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Workers } from '../working/workers.ts';
import { Counter } from './counts.ts';
import { Instance } from './instance.ts';
import { Waiting } from './waiting.ts';

test('counts the age of a message from its receipt if the clock of the queue is ahead', async () => {
  const clock = new SimulatedClock();
  let onMessage: ConsumerOptions['onMessage'] = () => {};
  const openConsumer = async (options: ConsumerOptions) => {
    onMessage = options.onMessage;
    return { stop: async () => {}, close: async () => {} };
  };
  const waiting = new Waiting();
  const work = { kind: 'constant', ms: 60_000 } as const;
  const workers = new Workers({ ratePerSecond: null, concurrency: 1, work, failShare: 0, clock });
  const instance = new Instance(1, workers, {
    queue: { openConsumer } as unknown as Queue,
    group: 'g',
    run: null,
    messages: { tokens: () => [], bodies: new Map() },
    maxInFlight: 10,
    maxAttempts: 1,
    deadLetters: null,
    receipts: null,
    counter: new Counter(),
    waiting,
    onMessage: () => {},
    onWork: () => {},
    onConnection: () => {},
    onFailure: () => {},
  });
  await instance.join();
  const message: ConsumedMessage = {
    partition: 0,
    offset: 0,
    value: Buffer.from('{}'),
    receivedAtMs: 1_000,
    timestamp: { source: 'LogAppendTime', atMs: 9_000 },
    redelivered: false,
    ack: () => {},
  };
  onMessage(message);
  expect(waiting.oldestAgeMs(3_000, 1)).toBe(2_000);
  onMessage({ ...message, timestamp: { source: 'LogAppendTime', atMs: 500 } });
  expect(waiting.oldestAgeMs(3_000, 2)).toBe(2_500);
  await instance.leave();
});
