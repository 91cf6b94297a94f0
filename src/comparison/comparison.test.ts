import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { IN_BODY, NO_IDENTITY } from '../message/placement.ts';
import type { Plan } from '../plan/plan.ts';
import type { CompareRecord } from '../runs/documents/compare-json.ts';
import { writeDirect } from '../runs/documents/direct-json.ts';
import { beginRun } from '../runs/documents/run-json.ts';
import {
  readService,
  type ServiceEnd,
  type ServiceSettings,
  writeService,
} from '../runs/documents/service-json.ts';
import { openReceipts } from '../runs/rows/receipts-csv.ts';
import { directRun, makeRunFolder, type RunFolder, runFiles, runFolder } from '../runs/run-folder.ts';
import { compare } from './comparison.ts';
import type { DirectBounds } from './direct-half.ts';

const BOUNDS: DirectBounds = { acceptQueue: 100, timeoutMs: 10_000, p99Ms: 1_000 };
const START_MS = 1_795_000_000_000;

interface Sampled {
  readonly atMs: number;
  readonly elapsedMs: number;
  readonly status: number;
  /** Absent: `r`. */
  readonly label?: string;
}

function raise(): never {
  throw new Error('there is no such file');
}

const acked = (atMs: number, elapsedMs: number): Sampled => ({ atMs, elapsedMs, status: 200 });
const many = <T>(count: number, sample: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => sample(index));

let folder: RunFolder;
beforeEach(async () => {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-comparison-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  folder = runFolder(runs, 'mine');
  await mkdir(folder.path);
});

test('shows predictions beside measured figures for a burst of 1,000 messages', async () => {
  await queueHalf(
    { ratePerSecond: 100 },
    many(1_000, () => acked(0, 20)),
  );
  const record = await compare(folder, null);
  expect(record?.columns).toEqual(['queue', 'predicted']);
  expect(row(record, 'failed requests')).toEqual([0, 0]);
  expect(row(record, 'latency of acked requests, p99')).toEqual([20, null]);
  expect(row(record, 'processed')).toEqual([1_000, 1_000]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 10.02]);
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
  const notes = (await compare(folder, null))?.notes.filter((note) => note.includes('one waiting line'));
  expect(notes).toEqual([expect.stringContaining(text)]);
});

test('leaves out a row without figures', async () => {
  await queueHalf({ ratePerSecond: 100 }, [{ atMs: 0, elapsedMs: 20, status: 503 }]);
  const names = (await compare(folder, null))?.rows.map(({ name }) => name.trim());
  expect(names).toContain('longest wait for the service');
  expect(names).not.toContain('instances needed for --max-wait');
  expect(names).not.toContain('latency of acked requests, p99');
});

test('predicts that failed attempts take time and that messages given up are never processed', async () => {
  await queueHalf(
    { ratePerSecond: 100, failShare: 0.5, maxAttempts: 2 },
    many(400, () => acked(0, 20)),
  );
  const record = await compare(folder, null);
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
  const record = await compare(folder, null);
  expect(row(record, 'time until all messages are processed')[1]).toBeCloseTo(20.02, 2);
  expect(record?.notes).toContainEqual(
    'The service started 50 attempts a second instead of the configured 200 while messages waited. The prediction uses 50 a second. At 200 a second, all messages would be processed after 5.02 s, with a longest wait of 4.99 s.',
  );
});

test('uses the measured rate also if the work is random', async () => {
  const pace = { configuredPerSecond: 100, achievedPerSecond: 60, backlogMs: 20_000, isKept: false };
  await queueHalf(
    { ratePerSecond: null, work: { kind: 'exponential', meanMs: 20 }, instances: 2 },
    many(3_000, () => acked(0, 20)),
    { pace, processed: 3_000 },
  );
  const seconds = Number(row(await compare(folder, null), 'time until all messages are processed')[1]);
  expect(seconds).toBeGreaterThan(0.95 * (3_000 / 60));
  expect(seconds).toBeLessThan(1.05 * (3_000 / 60));
});

test('predicts as if the service processed messages of other runs first, and says so in a note', async () => {
  await queueHalf(
    { ratePerSecond: 100 },
    many(1_000, () => acked(0, 20)),
    { others: 300, waitSince: 'sender' },
  );
  const record = await compare(folder, null);
  expect(row(record, 'processed')).toEqual([1_000, 1_000]);
  // The 300 messages of other runs take 3 s at 100 per second. The service starts with them 20 ms before the first
  // message arrives.
  expect(row(record, 'longest wait for the service')).toEqual([9.99, 9.99 + 3 - 0.02]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 13]);
  expect(row(record, 'largest backlog')).toEqual([990, 1_000]);
  expect(record?.notes).toContainEqual(expect.stringContaining('took 300 messages of other runs'));
  expect(record?.notes).toContainEqual(expect.stringContaining('counted from the time of sending'));
});

describe('messages that the queue delivered again', () => {
  const end = { processed: 3, redelivered: 1 };
  const three = many(3, () => acked(0, 20));
  const times = (record: CompareRecord | null) => [
    row(record, 'processed')[0],
    row(record, 'time until all messages are processed')[0],
  ];

  async function worked(
    all: readonly (readonly [loop: number, atMs: number])[],
  ): Promise<CompareRecord | null> {
    await queueHalf({}, three, { ...end, processed: 0 });
    await writeReceipts(all.map(([loop, atMs]) => ({ loop, finishedAtMs: START_MS + atMs })));
    const { earlier, ...record } = (await readService(folder)) ?? raise();
    await writeService(folder, { ...record, earlier, end: { ...(record.end ?? raise()), ...end } });
    return compare(folder, null);
  }

  test('do not stand for a message that was never processed', async () => {
    expect(
      times(
        await worked([
          [1, 1_000],
          [2, 2_000],
          [1, 3_000],
        ]),
      ),
    ).toEqual([2, 'never']);
  });

  test('are processed at the first time', async () => {
    const rows = [
      [1, 1_000],
      [2, 2_000],
      [3, 4_000],
      [1, 9_000],
    ] as const;
    expect(times(await worked(rows))).toEqual([3, 4]);
  });

  test('are not counted if receipts are missing', async () => {
    const record = await worked([
      [1, 1_000],
      [2, 2_000],
    ]);
    expect(record?.rows.map(({ name }) => name.trim())).not.toContain('scalability: processed');
    expect(record?.notes.join()).toContain('number of processed messages is unknown');
  });
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
  await beginRun(folder, { sender: 'blast', plan, queue: null, qblVersion: '0' });
  const logins = many(10, () => ({ ...acked(0, 10), label: 'login' }));
  await queueHalf({ ratePerSecond: 100 }, [...logins, ...many(10, () => acked(0, 20))], { processed: 10 });
  const record = await compare(folder, null);
  expect(row(record, 'failed requests')).toEqual([0, 0]);
  expect(row(record, 'of (in total)')[0]).toBe(20);
  expect(row(record, 'processed')).toEqual([10, 10]);
  expect(row(record, 'time until all messages are processed')).toEqual([10, 0.12]);
  expect(row(record, 'requests received in the busiest second')[0]).toBe(20);
});

test('does not say that one instance met a limit if the service left messages', async () => {
  const samples = many(1_000, () => acked(0, 20));
  await queueHalf({ ratePerSecond: 100 }, samples, { processed: 990 });
  const record = await compare(folder, null, 20_000);
  expect(row(record, 'instances needed for --max-wait')).toEqual([null, 1]);
  expect(record?.notes).toContain(
    'The service did not take 10 acknowledged messages from the queue. The longest wait does not include these messages.',
  );
  expect(row(record, 'longest wait for the service')[0]).toMatch(/^at least [\d.]+$/);
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
    const record = await compare(folder, null, 20_000);
    expect(row(record, 'instances needed for --max-wait')).toEqual([least, 1]);
    const note = / started to work on a message (.*) before the message arrived/;
    expect(note.exec(record?.notes.join('\n') ?? '')?.[1] ?? null).toBe(said);
    const isExact = typeof row(record, 'longest wait for the service')[0] === 'number';
    expect(isExact).toBe(said === null);
  },
);

test.each([
  ['queue', false],
  ['sender', true],
] as const)(
  'says whether the drain is too short if the clock of the %s is ahead',
  async (waitSince, isSaid) => {
    const end = { processed: 1, lastEndMs: START_MS + 1_239, clockAheadMs: 5_000, waitSince };
    await queueHalf({ ratePerSecond: 100 }, [acked(0, 20)], end);
    const record = await compare(folder, null);
    const drain = row(record, 'time until all messages are processed')[0];
    expect(drain).toBe(isSaid ? 'at least 1.23' : 1.239);
    const notes = record?.notes.join(' ') ?? '';
    expect(notes).toContain('The longest wait can be longer than the measured one.');
    expect(notes.includes('The time until all messages are processed can be longer, too.')).toBe(isSaid);
  },
);

test('predicts nothing if no service capacity is configured', async () => {
  await queueHalf({ ratePerSecond: null }, [acked(0, 20)]);
  expect(row(await compare(folder, null), 'processed')).toEqual([1_000, null]);
});

test('compares nothing if the run had no service', async () => {
  expect(await compare(folder, null)).toBeNull();
});

test('excludes failed requests from latency and never counts them as processed', async () => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const quickRefusals = many(870, (index) => ({ atMs: index, elapsedMs: 1, status: 503 }));
  await directHalf([...quickRefusals, ...many(130, () => acked(0, 500))], { processed: 130 });
  const record = await compare(folder, BOUNDS, 10_000);
  expect(row(record, 'failed requests').slice(2)).toEqual([870, 0]);
  expect(row(record, 'latency of acked requests, p50')[2]).toBe(500);
  expect(row(record, 'time until all messages are processed')[2]).toBe('never');
  expect(row(record, 'instances needed for --max-wait')).toEqual([1, 1, null, null]);
  expect(row(record, 'instances needed for --p99')).toEqual([null, null, null, 1]);
});

test('shows the closed-loop prediction beside the run without a queue', async () => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  await directHalf(
    many(1_000, () => acked(0, 567)),
    { processed: 1_000 },
  );
  const record = await compare(folder, BOUNDS, 10_000);
  expect(row(record, 'of (in total)').slice(2)).toEqual([1_000, 1_000]);
  expect(row(record, 'latency of acked requests, p99')[3]).toBeCloseTo(500, 0);
  expect(row(record, 'time until all messages are processed')[3]).toBeCloseTo(5, 6);
  expect(row(record, 'largest backlog')[3]).toBe(100);
  expect(row(record, 'instances needed for --max-wait')).toEqual([1, 1, null, null]);
  expect(row(record, 'instances needed for --p99')).toEqual([null, null, 1, 1]);
});

test('follows senders that give up, and says that the service processed their requests', async () => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const givenUp = many(950, () => ({ atMs: 0, elapsedMs: 250, status: 0 }));
  await directHalf([...many(50, () => acked(0, 200)), ...givenUp], { processed: 500 }, 250);
  const record = await compare(folder, { ...BOUNDS, acceptQueue: 10_000 }, 10_000);
  // 100 threads wait for a service that processes 50 requests within 250 ms.
  expect(row(record, 'failed requests').slice(2)).toEqual([950, 950]);
  expect(row(record, 'latency of acked requests, p99')[3]).toBe(250);
  expect(row(record, 'processed').slice(2)).toEqual([500, 500]);
  expect(record?.notes.at(-1)).toContain(
    'The service also processed 450 requests whose senders got no answer',
  );
});

test('predicts that an outage without a queue fails all requests not yet in work', async () => {
  await queueHalf(
    { ratePerSecond: 200, outages: [{ fromMs: 1_000, toMs: 3_000 }] },
    many(1_000, () => acked(0, 20)),
  );
  const refused = many(800, (index) => ({ atMs: 1_000 + index, elapsedMs: 1, status: 503 }));
  await directHalf([...many(200, () => acked(0, 500)), ...refused], { processed: 200 });
  const record = await compare(folder, BOUNDS, 10_000);
  expect(row(record, 'failed requests').slice(2)).toEqual([800, 800]);
  expect(row(record, 'of (in total)').slice(2)).toEqual([1_000, 1_000]);
  expect(row(record, 'processed').slice(2)).toEqual([200, 200]);
  expect(row(record, 'time until all messages are processed').slice(2)).toEqual(['never', 'never']);
  expect(record?.notes).not.toContainEqual(expect.stringContaining('No prediction'));
});

test('says in a note that the outcome depends on the machine', async () => {
  await queueHalf(
    { ratePerSecond: 200, outages: [{ fromMs: 1_000, toMs: 1_100 }] },
    many(1_000, () => acked(0, 20)),
  );
  await directHalf(
    many(1_000, () => acked(0, 500)),
    { processed: 1_000 },
  );
  const record = await compare(folder, BOUNDS, 10_000);
  expect(row(record, 'failed requests')[3]).toBeNull();
  expect(record?.notes).toContainEqual(expect.stringMatching(/^No prediction .* depends on the machine/));
});

test.each([
  ['met with more instances than the model needs', 4, 100, 2],
  ['met with fewer instances than the model needs', 1, 450, 1],
  ['not met', 1, 600, 2],
])('counts instances for a limit of 480 ms that is %s', async (_, instances, elapsedMs, expected) => {
  await queueHalf(
    { ratePerSecond: 200, instances },
    many(1_000, () => acked(0, 20)),
  );
  await directHalf(
    many(1_000, () => acked(0, elapsedMs)),
    { processed: 1_000 },
  );
  const record = await compare(folder, { ...BOUNDS, p99Ms: 480 }, 10_000);
  const [queue, predicted] = row(record, 'instances needed for --max-wait');
  const [, , direct, least] = row(record, 'instances needed for --p99');
  expect(queue, 'does not measure whether fewer instances are enough').toBe(instances === 1 ? 1 : null);
  expect(predicted).toBe(1);
  expect(direct).toBe(instances === 1 && elapsedMs <= 480 ? 1 : null);
  expect(least).toBe(expected);
});

test.each([
  [10_000, 1, 1],
  [9_995, null, 1],
  [2_000, null, 3],
  [10, null, 500],
])('counts the instances that process messages within %i ms', async (maxWaitMs, measured, least) => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const record = await compare(folder, null, maxWaitMs);
  expect(row(record, 'instances needed for --max-wait')).toEqual([measured, least]);
  expect(record?.notes).toContainEqual(
    expect.stringContaining(`each message is processed within ${maxWaitMs / 1000} s`),
  );
});

test('finds no number of instances if the work alone exceeds the limit', async () => {
  await queueHalf(
    { ratePerSecond: null, work: { kind: 'constant', ms: 2_000 } },
    many(1_000, () => acked(0, 20)),
  );
  await directHalf(
    many(1_000, () => acked(0, 60_000)),
    { processed: 1_000 },
  );
  const names = (await compare(folder, BOUNDS, 10_000))?.rows.map(({ name }) => name.trim());
  expect(names).not.toContain('instances needed for --p99');
});

function row(record: CompareRecord | null, name: string): CompareRecord['rows'][number]['cells'] {
  const found = record?.rows.find((candidate) => candidate.name.endsWith(name));
  expect(found, name).toBeDefined();
  return found?.cells ?? [];
}

async function queueHalf(
  settings: Partial<ServiceSettings>,
  samples: readonly Sampled[],
  end: Partial<ServiceEnd> = {},
): Promise<void> {
  await writeSamples(folder, samples);
  const { processed = 1_000, lastEndMs = START_MS + 10_000 } = end;
  await writeReceipts(many(processed, (index) => ({ loop: index + 1, finishedAtMs: lastEndMs ?? 0 })));
  await writeService(folder, {
    schema: 'qbl.service/1',
    run: folder.id,
    options: {
      queue: 'kafka://localhost:9092/orders',
      group: 'qbl-service',
      instances: 1,
      concurrency: 1,
      ratePerSecond: null,
      work: null,
      failShare: 0,
      maxAttempts: 3,
      deadLetter: null,
      outages: [],
      drain: true,
      ...settings,
    },
    startedAt: new Date(START_MS).toISOString(),
    end: {
      at: new Date(START_MS + 10_000).toISOString(),
      processed: 1_000,
      attempts: 1_000,
      failed: 0,
      deadLettered: 0,
      redelivered: 0,
      others: 0,
      perSecond: 100,
      busiestSecond: 100,
      longestWaitMs: 9_990,
      longestUntilProcessedMs: 10_000,
      pace: null,
      waitSince: 'queue',
      lastEndMs: START_MS + 10_000,
      peakBacklog: 990,
      longestAgeMs: 9_990,
      ...end,
    },
    earlier: [],
  });
}

async function writeReceipts(
  all: readonly { readonly loop: number; readonly finishedAtMs: number }[],
): Promise<void> {
  const writer = await openReceipts(runFiles(folder).receipts);
  for (const { loop, finishedAtMs } of all)
    void writer.write({
      identity: { run: folder.id, group: 1, thread: 1, loop, request: 1 },
      sentAtMs: null,
      attempt: 1,
      instance: 1,
      arrivedAtMs: START_MS,
      startedAtMs: START_MS,
      finishedAtMs,
      outcome: 'processed',
      condition: 'intact',
    });
  await writer.close();
}

/** The result of the same plan without a queue: 100 threads send 10 requests each to the service. */
async function directHalf(
  samples: readonly Sampled[],
  counts: { readonly processed: number },
  timeoutMs = 0,
): Promise<void> {
  const own = directRun(folder);
  await makeRunFolder(own);
  const request = {
    name: 'r',
    url: 'http://h/',
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs,
  } as const;
  const group = { threads: 100, loops: 10, durationMs: null, rampUpMs: 0, requests: [request] };
  const threadGroups = [{ name: 'g', onSampleError: 'continue', ...group }] as const;
  const plan = { name: 'p', threadGroups, rate: null, identity: IN_BODY };
  await beginRun(own, { sender: 'blast', plan, queue: null, qblVersion: '0' });
  await writeSamples(own, samples);
  await writeDirect(own, {
    schema: 'qbl.direct/1',
    run: own.id,
    arrived: samples.length,
    failed: 0,
    refused: samples.length - counts.processed,
    timedOut: 0,
    interrupted: 0,
    peakPending: 100,
    busiestSecond: 299,
    busiestSecondOfWork: 200,
    firstAtMs: START_MS,
    lastProcessedAtMs: START_MS + 5_000,
    ...counts,
  });
}

async function writeSamples(of: RunFolder, samples: readonly Sampled[]): Promise<void> {
  const header = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success';
  const rows = samples.map(
    ({ atMs, elapsedMs, status, label = 'r' }) =>
      `${START_MS + atMs},${elapsedMs},${label},${status},${status === 200 ? 'OK,g 1-1,true' : 'Service Unavailable,g 1-1,false'}`,
  );
  await writeFile(runFiles(of).samples, `${[header, ...rows].join('\n')}\n`);
}
