import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLevelling, readObservedLevelling } from './levelling.ts';

const START_MS = 1_768_469_400_000;
const STEP_MS = 100;

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'qbl-levelling-'));
});
afterEach(() => rm(path, { recursive: true }));

const row = (step: number, arrived: number, processed: number, oldestAgeMs = 0) =>
  `${[START_MS + step * STEP_MS, processed, 0, arrived - processed, oldestAgeMs].join(',')}\n`;

function read(rows: readonly string[], header = 'at,processed,others,backlog,oldestAge') {
  const text = [`${header}\n`, ...rows].join('');
  return writeFile(join(path, 'timeline.csv'), text).then(() => readLevelling({ id: 'run', path }, START_MS));
}

test('returns null for a run without a service', async () => {
  expect(await readLevelling({ id: 'run', path }, START_MS)).toBeNull();
  expect(await read([])).toBeNull();
});

test('computes rates over half seconds, and keeps the levels unchanged', async () => {
  const data = await read(
    Array.from({ length: 20 }, (_, step) => row(step + 1, (step + 1) * 100, (step + 1) * 20, 50)),
  );
  expect(data?.backlog.at(-1)).toBe(1600);
  expect(data?.oldestAgeSeconds.at(-1)).toBe(0.05);
  expect(data?.rates.arrivedPerSecond).toEqual([1000, 1000, 1000, 1000, 1000]);
  expect(data?.rates.processedPerSecond).toEqual([200, 200, 200, 200, 200]);
  expect(data?.facts).toContainEqual({ name: 'largest backlog', value: '1,600 after 2.0 s' });
});

const HEADER =
  'run,group,thread,loop,request,sentAt,attempt,instance,arrived,started,finished,outcome,condition';
const receipt = (loop: number, step: number, outcome = 'processed', run = 'run') =>
  `${[run, 1, 1, loop, 1, '', 1, 1, ...[step, step, step].map((each) => START_MS + each * STEP_MS)]},${outcome},unproven\n`;
const receipts = (rows: readonly string[]) =>
  writeFile(join(path, 'receipts.csv'), `${HEADER}\n${rows.join('')}`);

describe('a service that was killed, and its successor', () => {
  test('count a message once that both processed', async () => {
    await receipts([
      ...[receipt(1, 0.5), receipt(2, 1.5), receipt(2, 2.5, 'failed'), receipt(2, 3.5)],
      ...[receipt(1, 3.6, 'processed', 'other'), receipt(3, 4.5, 'dead-lettered')],
    ]);
    // The first service did not acknowledge the second message, so the queue delivered it again.
    const data = await read([row(1, 3, 1), row(2, 4, 2), row(3, 2, 0), row(4, 2, 1), row(5, 2, 2)]);
    expect(data).toMatchObject({
      processed: [1, 2, 2, 2, 3],
      arrived: [3, 3, 3, 3, 3],
      facts: expect.arrayContaining([{ name: 'processed', value: '3 of 3 after 0.5 s' }]),
    });
  });

  test('count a message that was processed after the last row of the killed service', async () => {
    await receipts([receipt(1, 0.5), receipt(2, 1.5), receipt(2, 2.5), receipt(3, 3.5)]);
    const data = await read([row(1, 3, 1), row(2, 2, 0), row(3, 2, 1), row(4, 2, 2)]);
    expect(data).toMatchObject({
      processed: [1, 2, 2, 3],
      facts: expect.arrayContaining([{ name: 'processed', value: '3 of 3 after 0.4 s' }]),
    });
  });
});

test.runIf(process.platform === 'linux')('closes the receipts, also if they go on', async () => {
  await receipts([receipt(1, 0.5), receipt(2, 9)]);
  await read([row(1, 2, 1)]);
  await expect.poll(openFiles, { timeout: 10_000 }).not.toContain(join(path, 'receipts.csv'));
});

/** The files that this process has open. */
function openFiles(): string[] {
  const folder = '/proc/self/fd';
  return readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(join(folder, fd));
    } catch {
      return 'closed meanwhile';
    }
  });
}

test('keeps at most 1,000 points of a long run, including a peak of one row', async () => {
  const rows = Array.from({ length: 36_000 }, (_, step) =>
    row(step, step + (step === 12_345 ? 9999 : 0), step),
  );
  const data = await read(rows);
  expect(data?.seconds.length).toBeLessThanOrEqual(1000);
  expect(data?.seconds).toEqual([...(data?.seconds ?? [])].sort((a, b) => a - b));
  expect(Math.max(...(data?.backlog ?? []).map(Number))).toBe(9999);
  expect(data?.rates.seconds.length).toBeLessThanOrEqual(300);
});

test('ignores an incomplete last row and unknown columns', async () => {
  const data = await read(
    [`1,${row(1, 5, 5)}`, `1,${row(2, 9, 7)}`, `1,${START_MS + 300},9`],
    'x,at,processed,others,backlog,oldestAge',
  );
  expect(data?.arrived).toEqual([5, 9]);
});

test('messages that return to an observed queue are not taken any more', async () => {
  const rows = [
    [0, 0, 0, 0, 1],
    [1_000, 60, 40, 60, 1],
    [2_000, 0, 100, '', 0],
    [3_000, 100, 0, 10, 2],
  ];
  const text = rows.map(([ms, taken, backlog, unacknowledged, consumers]) =>
    [START_MS + Number(ms), taken, backlog, backlog, unacknowledged, consumers].join(','),
  );
  const header = 'at,taken,backlog,ready,unacknowledged,consumers';
  await writeFile(join(path, 'observed-timeline.csv'), `${[header, ...text].join('\n')}\n`);
  expect(await readObservedLevelling({ id: 'run', path }, START_MS, 'queue')).toMatchObject({
    arrived: [0, 100, 100, 100],
    processed: [0, 60, 0, 100],
    backlog: [0, 40, 100, 0],
    unacknowledged: [0, 60, null, 10],
    consumers: [1, 1, 0, 2],
    oldestAgeSeconds: [null, null, null, null],
    rates: { processedPerSecond: [60, 0, 100] },
    done: 'taken',
    facts: [
      { name: 'peak arrival rate', value: '100/s' },
      { name: 'peak delivery rate', value: '100/s' },
      { name: 'largest backlog', value: '100 after 2.0 s' },
      { name: 'taken', value: '100 of 100 after 3.0 s' },
    ],
  });
});

test('names a file whose columns are missing', async () => {
  await expect(read([], 'at,processed')).rejects.toThrow(
    /timeline.csv has no column others, backlog, oldestAge/,
  );
});

test('leaves a gap where the queue did not answer', async () => {
  const data = await read([row(1, 5, 5), `${START_MS + 200},7,0,,\n`, row(3, 9, 8)]);
  expect(data).toMatchObject({ arrived: [5, null, 9], processed: [5, 7, 8], backlog: [0, null, 1] });
});

test('bridges one row without an answer in the rates, but not two seconds', async () => {
  const rows = Array.from({ length: 60 }, (_, step) => row(step + 1, (step + 1) * 100, (step + 1) * 20));
  const silent = (step: number) => `${START_MS + step * STEP_MS},${step * 20},0,,\n`;
  for (const step of [9, ...Array.from({ length: 20 }, (_, index) => 30 + index)])
    rows[step - 1] = silent(step);
  const rates = (await read(rows))?.rates;
  const during = (from: number, to: number) =>
    rates?.arrivedPerSecond.filter((_, index) => {
      const at = rates.seconds[index] ?? 0;
      return at > from && at < to;
    });
  expect(new Set(during(0, 2.9))).toEqual(new Set([1000]));
  expect(new Set(during(3, 4.9))).toEqual(new Set([null]));
  expect(new Set(during(5.5, 6))).toEqual(new Set([1000]));
  expect(new Set(rates?.processedPerSecond)).toEqual(new Set([200]));
});

test('counts the messages processed by the last row even if the queue did not answer then', async () => {
  const rows = Array.from({ length: 3599 }, (_, step) => row(step, step + 1, step));
  const data = await read([...rows, `${START_MS + 359_900},3599,0,,\n`]);
  expect(data?.processed.at(-1)).toBe(3599);
  expect(data?.facts).toContainEqual({ name: 'processed', value: '3,599 of 3,599 after 359.9 s' });
});

test('adds the counts of a second service to those of the first', async () => {
  const data = await read([
    row(1, 10, 6),
    row(2, 10, 8),
    `${START_MS + 300},0,0,2,0\n`,
    `${START_MS + 400},4,0,3,0\n`,
  ]);
  expect(data).toMatchObject({ arrived: [10, 10, 10, 15], processed: [6, 8, 8, 12], backlog: [4, 2, 2, 3] });
});

test('excludes the messages of an earlier run from arrivals and backlog', async () => {
  const at = (step: number, ...cells: number[]) => `${[START_MS + step * STEP_MS, ...cells].join(',')}\n`;
  const data = await read([
    at(1, 0, 0, 300, 0),
    at(2, 0, 100, 220, 0),
    at(3, 0, 300, 20, 0),
    at(4, 10, 300, 10, 0),
    at(5, 20, 300, 0, 0),
  ]);
  expect(data).toMatchObject({ arrived: [0, 20, 20, 20, 20], processed: [0, 0, 0, 10, 20] });
  expect(data?.backlog).toEqual([0, 20, 20, 10, 0]);
  expect(data?.facts).toContainEqual({ name: 'processed', value: '20 of 20 after 0.5 s' });
});

test('counts a message once if it was processed while the queue was asked', async () => {
  const data = await read([row(1, 500, 400), row(2, 1_018, 990), row(3, 1_000, 1_000)]);
  expect(data?.arrived).toEqual([500, 1_000, 1_000]);
  expect(data?.facts).toContainEqual({ name: 'processed', value: '1,000 of 1,000 after 0.3 s' });
});
