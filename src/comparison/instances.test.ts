import { expect, test } from 'vitest';
import { compare } from './comparison.ts';
import type { DirectBounds } from './direct-half.ts';
import { acked, comparedRun, many, row } from './testing/compared-run.ts';

const run = comparedRun();
const { queueHalf, directHalf } = run;

const BOUNDS: DirectBounds = { acceptQueue: 100, timeoutMs: 10_000, p99Ms: 1_000 };

test('does not say that one instance met a limit if the service left messages', async () => {
  const samples = many(1_000, () => acked(0, 20));
  await queueHalf({ ratePerSecond: 100 }, samples, { processed: 990 });
  const record = await compare(run.folder, null, 20_000);
  expect(row(record, 'instances needed for --max-wait')).toEqual([null, 1]);
  expect(record?.notes).toContain(
    'The service did not take 10 acknowledged messages from the queue. The longest wait does not include these messages.',
  );
  expect(row(record, 'longest wait for the service')[0]).toMatch(/^at least [\d.]+$/);
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
  const record = await compare(run.folder, { ...BOUNDS, p99Ms: 480 }, 10_000);
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
  [10, null, 334],
])('counts the instances that process messages within %i ms', async (maxWaitMs, measured, least) => {
  await queueHalf(
    { ratePerSecond: 200 },
    many(1_000, () => acked(0, 20)),
  );
  const record = await compare(run.folder, null, maxWaitMs);
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
  const names = (await compare(run.folder, BOUNDS, 10_000))?.rows.map(({ name }) => name.trim());
  expect(names).not.toContain('instances needed for --p99');
});
