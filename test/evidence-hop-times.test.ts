import { afterEach, beforeEach, expect, it } from 'vitest';
import { pause } from '../src/pause.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { TimeFromQueue } from '../src/runs/documents/hops-json.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed, never } from './support/evidence-bed.ts';

/** Tests the time from the arrival in the queue to the arrival in a hop. */

const bed = evidenceBed();
const { send, sent, produce, options } = bed;
const RUN = 'mine';
/** Pause between two messages in milliseconds, long enough to give the messages different timestamps. */
const APART_MS = 30;
/** Largest ratio of a value to its value in the histogram, which rounds to three significant digits. */
const ROUNDING = 1.001;

let done: Queue;
beforeEach(async () => {
  done = await openQueue(bed.queue.url.replace(/[^/]+$/, 'done'));
  await done.prepare();
});
afterEach(() => done.close());

const write = (loop: number) => produce(sent(RUN, loop), 0, 'done');

async function fromQueue(): Promise<TimeFromQueue | undefined> {
  const hopsToRead = { places: [{ name: 'done', queue: done }], rule: 'exactly-one', withinMs: 0 } as const;
  const { record } = await verifyByReplay({ ...options(RUN), hopsToRead });
  return record.hops?.places[0]?.fromQueue;
}

/** For each loop, the timestamp of the first copy of its message. */
async function stamps(queue: Queue): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  const reader = await queue.openReader({
    from: { kind: 'beginning' },
    consume: false,
    name: 'stamps',
    onDeliveries: (deliveries) => {
      for (const { value, timestamp } of deliveries) {
        const { loop } = JSON.parse(value?.toString() ?? '').qbl;
        if (!found.has(loop)) found.set(loop, timestamp?.atMs ?? 0);
      }
    },
  });
  await reader.drain(performance.now() + 10_000, never);
  await reader.close();
  return found;
}

it('the time from the queue to a hop is the difference between the timestamps of the first copies, and may be negative', async () => {
  await send(RUN, { drops: [3] });
  await write(3);
  for (const loop of [1, 2, 2]) {
    await pause(APART_MS, never);
    await write(loop);
  }
  await produce(sent(RUN, 3), 1);
  const [inQueue, inHop] = [await stamps(bed.queue), await stamps(done)];
  const timeOf = (loop: number) => (inHop.get(loop) ?? 0) - (inQueue.get(loop) ?? 0);
  const measured = await fromQueue();
  if (measured?.kind !== 'measured') throw new Error('the time was not measured');
  const { source, latencyMs } = measured;
  expect([source, latencyMs.count, latencyMs.negative]).toEqual(['LogAppendTime', 2, 1]);
  expect(latencyMs.mostNegative).toBe(timeOf(3));
  for (const [found, expected] of [
    [latencyMs.min, timeOf(1)],
    [latencyMs.max, timeOf(2)],
  ] as const) {
    expect(found).toBeGreaterThanOrEqual(expected / ROUNDING);
    expect(found).toBeLessThanOrEqual(expected * ROUNDING);
  }
});

it('the time from the queue to a hop is not measured if producers set the timestamps', async () => {
  await send(RUN);
  await write(1);
  bed.stampByProducers(0);
  expect(await fromQueue()).toEqual({ kind: 'not-measured', reason: 'producer-timestamps' });
});

it('the time from the queue to a hop is not measured if no message has an arrival time in the hop', async () => {
  await send(RUN);
  expect(await fromQueue()).toEqual({ kind: 'not-measured', reason: 'no-arrival-times' });
});
