import { expect, test } from 'vitest';
import { compare } from './comparison.ts';
import { acked, comparedRun, many, row, START_MS } from './testing/compared-run.ts';

const run = comparedRun();

/** 100 messages a second for five seconds. */
const SAMPLES = many(500, (index) => acked(10 * index, 0));
const STARTS_AFTER_MS = 15_000;

async function predicted(name: string): Promise<unknown> {
  return row(await compare(run.folder, null), name)[1];
}

test('predicts the figures of a service that started after the sender ended', async () => {
  await run.queueHalf({ ratePerSecond: 100 }, SAMPLES, { processed: 500 }, START_MS + STARTS_AFTER_MS);
  expect(await predicted('time until all messages are processed')).toBeCloseTo(15 + 4.99, 6);
  expect(await predicted('longest wait for the service')).toBeCloseTo(15, 6);
  expect(await predicted('largest backlog')).toBe(500);
  const notes = (await compare(run.folder, null))?.notes;
  expect(notes).toContain('The service started 15 s after the first ack. The prediction includes this time.');
});

test('says nothing about the start of a service that started with the sender', async () => {
  await run.queueHalf({ ratePerSecond: 100 }, SAMPLES, { processed: 500 }, START_MS + 100);
  expect((await compare(run.folder, null))?.notes.join(' ')).not.toContain('after the first ack');
});

test('counts the outages of a late service from its start', async () => {
  const outages = [{ fromMs: 1_000, toMs: 4_000 }];
  await run.queueHalf(
    { ratePerSecond: 100, outages },
    SAMPLES,
    { processed: 500 },
    START_MS + STARTS_AFTER_MS,
  );
  expect(await predicted('time until all messages are processed')).toBeCloseTo(15 + 4.99 + 3, 6);
});
