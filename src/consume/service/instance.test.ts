import { expect, test } from 'vitest';
import { QblError } from '../../error.ts';
import { TokenCodec } from '../../message/token/token.ts';
import type { ConsumedMessage, ConsumerOptions, Queue } from '../../queue/queue.ts';
import type { Receipt } from '../../runs/rows/receipts-csv.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Workers } from '../working/workers.ts';
import { Counter } from './counts.ts';
import { Instance } from './instance.ts';
import type { MessageSource, RunMessages } from './received.ts';
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

async function bed(
  latest: MessageSource['latest'] = () => NO_MESSAGES,
  { recent = () => NO_MESSAGES, run = null }: { recent?: MessageSource['recent']; run?: string | null } = {},
) {
  const clock = new SimulatedClock();
  const receipts: Receipt[] = [];
  const counter = new Counter();
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
    run,
    messages: { recent, latest },
    maxInFlight: 10,
    maxAttempts: 1,
    deadLetters: null,
    receipts: { write: async (receipt) => void receipts.push(receipt), close: async () => {} },
    counter,
    waiting,
    onMessage: () => {},
    onWork: () => {},
    onConnection: () => {},
    onFailure: (error) => failures.push(error),
  });
  await instance.join();
  const deliver = (message: ConsumedMessage) => onMessage(message);
  return { instance, waiting, failures, deliver, clock, receipts, counter };
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

test.each([
  ['is of the run if run.json only records the end of the sender', 1, 'mine', { processed: 2, others: 0 }],
  [
    'is of no run if the sender started again while the service worked',
    2,
    undefined,
    { processed: 1, others: 1 },
  ],
])('a receipt %s', async (_, laterStartMs, run, counts) => {
  const codecOf = (startedAtMs: number) => new TokenCodec({ run: 'mine', startedAtMs });
  const messagesOf = (startedAtMs: number): RunMessages => ({
    tokens: [
      {
        codec: codecOf(startedAtMs),
        numbers: null,
        find: [{ kind: 'payload', pointer: ['id'] }],
        content: { kind: 'none' },
      },
    ],
    bodies: new Map([['mine', { of: () => null, all: () => [] }]]),
  });
  let messages = messagesOf(1);
  let seen = messages;
  const latest = () => {
    seen = messages;
    return seen;
  };
  const recent = () => seen;
  const { instance, deliver, clock, receipts, counter } = await bed(latest, { recent, run: 'mine' });
  const send = (loop: number, startedAtMs: number) => {
    const id = codecOf(startedAtMs).digitsOf({ group: 1, thread: 1, loop, request: 1 });
    deliver({ ...MESSAGE, offset: loop, value: Buffer.from(JSON.stringify({ id })) });
  };
  send(1, 1);
  await clock.passTo(30_000);
  messages = messagesOf(laterStartMs);
  await clock.passTo(200_000);
  send(2, laterStartMs);
  await clock.passTo(400_000);
  expect(receipts.map(({ identity }) => identity?.run)).toEqual([run, 'mine']);
  expect(counter.counts).toMatchObject(counts);
  await instance.leave();
});
