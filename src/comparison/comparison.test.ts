import { expect, test } from 'vitest';
import { IN_BODY, NO_IDENTITY } from '../message/placement.ts';
import type { Plan } from '../plan/plan.ts';
import { beginRun } from '../runs/documents/run-json.ts';
import { compare } from './comparison.ts';
import { acked, comparedRun, many, row, START_MS } from './testing/compared-run.ts';

const run = comparedRun();
const { queueHalf, writeReceipts } = run;

test('shows predictions beside measured figures for a burst of 1,000 messages', async () => {
  await queueHalf(
    { ratePerSecond: 100 },
    many(1_000, () => acked(0, 20)),
  );
  const record = await compare(run.folder, null);
  expect(record?.columns).toEqual(['queue', 'predicted']);
  expect(row(record, 'failed requests')).toEqual([0, 0]);
  expect(row(record, 'latency of acked requests, p99')).toEqual([20, null]);
  expect(row(record, 'processed')).toEqual([1_000, 1_000]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 10.01]);
  expect(row(record, 'largest backlog')).toEqual([990, 1_000]);
  expect(row(record, 'attempts started in the busiest second')).toEqual([100, 100]);
  expect(row(record, 'requests received in the busiest second')).toEqual([1_000, null]);
});

test.each([
  ['kafka://localhost:9092/orders', 'Kafka assigns partitions to instances'],
  ['amqp://localhost:5672/orders', 'Each instance takes messages ahead'],
  ['sqs://localhost:9324/orders', 'Each instance takes messages ahead'],
])('says how the instances of a service share the queue %s', async (queue, text) => {
  const samples = [acked(0, 20)];
  await queueHalf({ queue, ratePerSecond: 100, instances: 2 }, samples);
  const notes = (await compare(run.folder, null))?.notes.filter((note) => note.includes('one waiting line'));
  expect(notes).toEqual([expect.stringContaining(text)]);
});

test('leaves out a row without figures', async () => {
  await queueHalf({ ratePerSecond: 100 }, [{ atMs: 0, elapsedMs: 20, status: 503 }]);
  const names = (await compare(run.folder, null))?.rows.map(({ name }) => name.trim());
  expect(names).toContain('longest wait for the service');
  expect(names).not.toContain('instances needed for --max-wait');
  expect(names).not.toContain('latency of acked requests, p99');
});

test('predicts that failed attempts take time and that messages given up are never processed', async () => {
  await queueHalf(
    { ratePerSecond: 100, failShare: 0.5, maxAttempts: 2 },
    many(400, () => acked(0, 20)),
  );
  const record = await compare(run.folder, null);
  expect(row(record, 'processed')[1]).toBe(300);
  expect(row(record, 'time until all messages are processed')[1]).toBe('never');
  // The service makes about 600 attempts at 100 per second.
  expect(row(record, 'longest wait for the service')[1]).toBeGreaterThan(5.4);
  expect(row(record, 'longest wait for the service')[1]).toBeLessThan(6.6);
});

test('uses the measured rate in the prediction if the service missed its configured rate', async () => {
  const pace = { configuredPerSecond: 200, achievedPerSecond: 50, backlogMs: 20_000, isKept: false };
  await queueHalf(
    { ratePerSecond: 100, instances: 2 },
    many(1_000, () => acked(0, 20)),
    { pace, processed: 1_000 },
  );
  const record = await compare(run.folder, null);
  expect(row(record, 'time until all messages are processed')[1]).toBeCloseTo(19.98, 2);
  expect(record?.notes).toContainEqual(
    'The service started 50 attempts a second instead of the configured 200 while messages waited. The prediction uses 50 a second. At 200 a second, all messages would be processed after 5.01 s, with a longest wait of 4.99 s.',
  );
});

test('uses the measured rate also if the work is random', async () => {
  const pace = { configuredPerSecond: 100, achievedPerSecond: 60, backlogMs: 20_000, isKept: false };
  await queueHalf(
    { ratePerSecond: null, work: { kind: 'exponential', meanMs: 20 }, instances: 2 },
    many(3_000, () => acked(0, 20)),
    { pace, processed: 3_000 },
  );
  const seconds = Number(row(await compare(run.folder, null), 'time until all messages are processed')[1]);
  expect(seconds).toBeGreaterThan(0.95 * (3_000 / 60));
  expect(seconds).toBeLessThan(1.05 * (3_000 / 60));
});

test('predicts as if the service processed messages of other runs first, and says so in a note', async () => {
  await queueHalf(
    { ratePerSecond: 100 },
    many(1_000, () => acked(0, 20)),
    { others: 300, waitSince: 'sender' },
  );
  const record = await compare(run.folder, null);
  expect(row(record, 'processed')).toEqual([1_000, 1_000]);
  // The 300 messages of other runs take 3 s at 100 per second. The service starts with them 20 ms before the first
  // message arrives.
  expect(row(record, 'longest wait for the service')).toEqual([9.99, 9.99 + 3 - 0.02]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 12.99]);
  expect(row(record, 'largest backlog')).toEqual([990, 1_000]);
  expect(record?.notes).toContainEqual(expect.stringContaining('took 300 messages of other runs'));
  expect(record?.notes).toContainEqual(expect.stringContaining('counted from the time of sending'));
});

test('counts messages, not requests that send none', async () => {
  const request = { url: 'http://h/', method: 'POST', headers: {}, body: '{}', timeoutMs: 0 } as const;
  const requests = [
    { ...request, name: 'login', identity: NO_IDENTITY },
    { ...request, name: 'r' },
  ];
  const group = { threads: 1, loops: 10, durationMs: null, rampUpMs: 0, requests };
  const plan: Plan = {
    name: 'p',
    rate: null,
    identity: IN_BODY,
    threadGroups: [{ name: 'g', onSampleError: 'continue', ...group }],
  };
  await beginRun(run.folder, { sender: 'blast', plan, queue: null, qblVersion: '0' });
  const logins = many(10, () => ({ ...acked(0, 10), label: 'login' }));
  await queueHalf({ ratePerSecond: 100 }, [...logins, ...many(10, () => acked(0, 20))], { processed: 10 });
  const record = await compare(run.folder, null);
  expect(row(record, 'failed requests')).toEqual([0, 0]);
  expect(row(record, 'of (in total)')[0]).toBe(20);
  expect(row(record, 'processed')).toEqual([10, 10]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 0.11]);
  expect(row(record, 'requests received in the busiest second')[0]).toBe(20);
});

test.each([
  [3_600_000, null, '3,600 s'],
  [100, 1, null],
])(
  'says that waits are too short if the clock of the queue is ahead (%i ms)',
  async (clockAheadMs, least, said) => {
    await queueHalf(
      { ratePerSecond: 100 },
      many(1_000, () => acked(0, 20)),
      { clockAheadMs },
    );
    await writeReceipts(many(1_000, (index) => ({ loop: index + 1, finishedAtMs: START_MS + 10_000 })));
    const record = await compare(run.folder, null, 20_000);
    expect(row(record, 'instances needed for --max-wait')).toEqual([least, 1]);
    const note = / started to work on a message (.*) before the message arrived/;
    expect(note.exec(record?.notes.join('\n') ?? '')?.[1] ?? null).toBe(said);
    const isExact = typeof row(record, 'longest wait for the service')[0] === 'number';
    expect(isExact).toBe(said === null);
  },
);

test.each([
  ['the queue', 'queue', 0, 'processed', false],
  ['the queue, and perhaps of the sender', 'queue', null, 'processed', true],
  ['the queue and of the sender', 'queue', 5_000, 'processed', true],
  ['the queue and of the sender, by a failed attempt', 'queue', 5_000, 'failed', true],
  ['the sender', 'sender', 0, 'processed', true],
] as const)(
  'says whether the drain is too short if the service is behind the clock of %s',
  async (_, waitSince, senderAheadMs, outcome, isSaid) => {
    const lastEndMs = START_MS + 1_234_509;
    const end = { processed: 1, lastEndMs, clockAheadMs: 5_000, waitSince };
    await queueHalf({ ratePerSecond: 100 }, [acked(0, 20)], end);
    // The work takes longer than the clocks differ.
    const startedAtMs = lastEndMs - 10_000;
    const receipt = { loop: 2, startedAtMs, finishedAtMs: lastEndMs };
    if (senderAheadMs !== null)
      await writeReceipts([{ ...receipt, sentAtMs: startedAtMs + senderAheadMs, outcome }]);
    const record = await compare(run.folder, null);
    const drain = row(record, 'time until all messages are processed')[0];
    expect(drain).toBe(isSaid ? 'at least 1234.509' : 1234.509);
    const notes = record?.notes.join(' ') ?? '';
    expect(notes).toContain('The longest wait can be longer than the measured one.');
    expect(notes.includes('So the time until all messages are processed can be longer')).toBe(isSaid);
  },
);

test('says nothing about a too short drain if some messages were not processed', async () => {
  const end = { processed: 1, clockAheadMs: 5_000, waitSince: 'sender' } as const;
  await queueHalf({ ratePerSecond: 100 }, [acked(0, 20), acked(0, 20)], end);
  const record = await compare(run.folder, null);
  expect(row(record, 'time until all messages are processed')[0]).toBe('never');
  expect(record?.notes.join(' ')).not.toContain('So the time until all messages are processed can be longer');
});

test('predicts nothing if no service capacity is configured', async () => {
  await queueHalf({ ratePerSecond: null }, [acked(0, 20)]);
  expect(row(await compare(run.folder, null), 'processed')).toEqual([1_000, null]);
});

test('compares nothing if the run had no service', async () => {
  expect(await compare(run.folder, null)).toBeNull();
});
