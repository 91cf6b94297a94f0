import { expect, test } from 'vitest';
import { compare } from './comparison.ts';
import type { DirectBounds } from './direct-half.ts';
import { acked, comparedRun, many, row } from './testing/compared-run.ts';

const run = comparedRun();
const { queueHalf, directHalf } = run;

const BOUNDS: DirectBounds = { acceptQueue: 100, timeoutMs: 10_000, p99Ms: 1_000 };

test('excludes failed requests from latency and never counts them as processed', async () => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const quickRefusals = many(870, (index) => ({ atMs: index, elapsedMs: 1, status: 503 }));
  await directHalf([...quickRefusals, ...many(130, () => acked(0, 500))], { processed: 130 });
  const record = await compare(run.folder, BOUNDS, 10_000);
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
  const record = await compare(run.folder, BOUNDS, 10_000);
  expect(row(record, 'of (in total)').slice(2)).toEqual([1_000, 1_000]);
  expect(row(record, 'latency of acked requests, p99')[3]).toBeCloseTo(500, 0);
  expect(row(record, 'time until all messages are processed')[3]).toBeCloseTo(4.995, 6);
  expect(row(record, 'largest backlog')[3]).toBe(100);
  expect(row(record, 'instances needed for --max-wait')).toEqual([1, 1, null, null]);
  expect(row(record, 'instances needed for --p99')).toEqual([null, null, 1, 1]);
});

test('predicts an answer at once from a service that is never busy and has no work', async () => {
  await queueHalf(
    { ratePerSecond: 1_000_000 },
    many(1_000, () => acked(0, 20)),
  );
  await directHalf(
    many(1_000, () => acked(0, 1)),
    { processed: 1_000 },
  );
  const record = await compare(run.folder, { ...BOUNDS, p99Ms: 1 }, 1);
  expect(row(record, 'latency of acked requests, p99')[3]).toBeLessThan(0.2);
  await queueHalf({ ratePerSecond: 2 }, [acked(0, 20), acked(1_000, 20), acked(2_000, 20)], { processed: 3 });
  const rare = await compare(run.folder, null, 10);
  expect(row(rare, 'longest wait for the service')[1]).toBe(0);
  expect(row(rare, 'time until all messages are processed')[1]).toBe(2.02);
  expect(row(rare, 'instances needed for --max-wait')[1]).toBe(1);
});

test('follows senders that give up, and says that the service processed their requests', async () => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const givenUp = many(950, () => ({ atMs: 0, elapsedMs: 250, status: 0 }));
  await directHalf([...many(50, () => acked(0, 200)), ...givenUp], { processed: 500 }, 250);
  const record = await compare(run.folder, { ...BOUNDS, acceptQueue: 10_000 }, 10_000);
  // 100 threads wait for a service that processes one request at once, and 50 more within 250 ms.
  expect(row(record, 'failed requests').slice(2)).toEqual([950, 949]);
  expect(row(record, 'latency of acked requests, p99')[3]).toBe(250);
  expect(row(record, 'processed').slice(2)).toEqual([500, 501]);
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
  const record = await compare(run.folder, BOUNDS, 10_000);
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
  const record = await compare(run.folder, BOUNDS, 10_000);
  expect(row(record, 'failed requests')[3]).toBeNull();
  expect(record?.notes).toContainEqual(expect.stringMatching(/^No prediction .* depends on the machine/));
});
