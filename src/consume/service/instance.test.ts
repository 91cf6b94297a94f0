import { expect, test } from 'vitest';
import { QblError } from '../../error.ts';
import type { ConsumedMessage, ConsumerOptions, Queue } from '../../queue/queue.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Workers } from '../working/workers.ts';
import { Counter } from './counts.ts';
import { Instance } from './instance.ts';
import type { MessageSource } from './received.ts';
import { Waiting } from './waiting.ts';

const NO_MESSAGES = { tokens: [], bodies: new Map() };
const MESSAGE: ConsumedMessage = {
  partition: 0,
  offset: 0,
  value: Buffer.from('{}'),
  receivedAtMs: 1_000,
  timestamp: { source: 'LogAppendTime', atMs: 9_000 },
  redelivered: false,
  ack: () => {},
};

async function bed(latest: MessageSource['latest'] = () => NO_MESSAGES) {
  const clock = new SimulatedClock();
  let onMessage: ConsumerOptions['onMessage'] = () => {};
  const openConsumer = async (options: ConsumerOptions) => {
    onMessage = options.onMessage;
    return { stop: async () => {}, close: async () => {} };
  };
  const failures: unknown[] = [];
  const waiting = new Waiting();
  const work = { kind: 'constant', ms: 60_000 } as const;
  const workers = new Workers({ ratePerSecond: null, concurrency: 1, work, failShare: 0, clock });
  const instance = new Instance(1, workers, {
    queue: { openConsumer } as unknown as Queue,
    group: 'g',
    run: null,
    messages: { recent: () => NO_MESSAGES, latest },
    maxInFlight: 10,
    maxAttempts: 1,
    deadLetters: null,
    receipts: null,
    counter: new Counter(),
    waiting,
    onMessage: () => {},
    onWork: () => {},
    onConnection: () => {},
    onFailure: (error) => failures.push(error),
  });
  await instance.join();
  return { instance, waiting, failures, deliver: (message: ConsumedMessage) => onMessage(message) };
}

test('counts the age of a message from its receipt if the clock of the queue is ahead', async () => {
  const { instance, waiting, deliver } = await bed();
  deliver(MESSAGE);
  expect(waiting.oldestAgeMs(3_000, 1)).toBe(2_000);
  deliver({ ...MESSAGE, timestamp: { source: 'LogAppendTime', atMs: 500 } });
  expect(waiting.oldestAgeMs(3_000, 2)).toBe(2_500);
  await instance.leave();
});

test('ends with an error, and keeps the message, if the files of the run cannot be read', async () => {
  const unreadable = new QblError('usage', 'cannot read run.json');
  const { instance, failures, deliver } = await bed(() => {
    throw unreadable;
  });
  let acks = 0;
  deliver({ ...MESSAGE, ack: () => acks++ });
  await instance.leave();
  expect(failures).toEqual([unreadable]);
  expect(acks).toBe(0);
});
