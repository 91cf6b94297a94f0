import { expect, test } from 'vitest';
import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Timeline } from './timeline.ts';
import { Waiting } from './waiting.ts';

interface Bed {
  readonly clock: SimulatedClock;
  readonly rows: TimelineRow[];
  readonly timeline: Timeline;
  processed: number;
}

function bed(read: () => Promise<number | null>): Bed {
  const clock = new SimulatedClock();
  const rows: TimelineRow[] = [];
  const timeline = new Timeline({
    backlog: { read },
    clock,
    done: () => ({ processed: made.processed, others: 2 }),
    oldestAgeMs: (_, backlog) => backlog * 10,
    onRow: (row) => rows.push(row),
  });
  const made: Bed = { clock, rows, timeline, processed: 0 };
  return made;
}

test('writes finished messages and backlog in each row', async () => {
  let backlog = 7;
  const it = bed(async () => backlog);
  await it.clock.passTo(50);
  it.processed = 5;
  backlog = 12;
  await it.clock.passTo(150);
  await it.timeline.stop();
  expect(it.rows.slice(0, 2)).toEqual([
    { atMs: 0, processed: 0, others: 2, backlog: 7, oldestAgeMs: 70 },
    { atMs: 100, processed: 5, others: 2, backlog: 12, oldestAgeMs: 120 },
  ]);
});

test('counts no message both as done and as backlog when the queue answers late', async () => {
  const total = 60;
  let answer = () => {};
  const it = bed(
    () =>
      new Promise((resolve) => {
        answer = () => resolve(total - it.processed);
      }),
  );
  await expect.poll(() => it.rows.length).toBe(1);
  it.processed = 10;
  await it.clock.passTo(90);
  answer();
  await it.clock.passTo(95);
  it.processed = 30;
  await it.clock.passTo(100);
  await it.timeline.stop();
  expect(it.rows[1]).toEqual({ atMs: 90, processed: 10, others: 2, backlog: 50, oldestAgeMs: 500 });
});

test('takes the last row from after the end, even if an answer was late', async () => {
  const answers: ((backlog: number) => void)[] = [];
  const it = bed(() => new Promise((resolve) => answers.push(resolve)));
  await expect.poll(() => it.rows.length).toBe(1);
  answers.shift()?.(3);
  await it.clock.passTo(90);
  it.processed = 3;
  const stopped = it.timeline.stop();
  await expect.poll(() => answers.length).toBe(1);
  answers.shift()?.(0);
  await stopped;
  expect(it.rows.at(-1)).toMatchObject({ processed: 3, backlog: 0 });
});

test('leaves cells empty without an answer, and asks again only after the answer', async () => {
  let asked = 0;
  const it = bed(() => {
    asked++;
    return new Promise(() => {});
  });
  await expect.poll(() => it.rows.length).toBe(1);
  await it.clock.passTo(250);
  await it.timeline.stop();
  expect(asked).toBe(1);
  expect(it.rows[1]).toEqual({ atMs: 100, processed: 0, others: 2, backlog: null, oldestAgeMs: null });
  expect(it.rows[2]?.atMs).toBe(200);
});

test('computes the oldest age from the messages in flight and the known wait in the queue', () => {
  const waiting = new Waiting();
  const [first, second] = [{}, {}];
  expect(waiting.oldestAgeMs(100, 0)).toBe(0);
  waiting.add(first, 40);
  waiting.add(second, 70);
  expect(waiting.oldestAgeMs(100, 5)).toBe(60);
  waiting.done(first);
  expect(waiting.oldestAgeMs(100, 4)).toBe(30);
  waiting.giveBack(second);
  expect(waiting.oldestAgeMs(200, 4)).toBe(130);
  expect(waiting.oldestAgeMs(300, 0)).toBe(0);
  expect(waiting.oldestAgeMs(400, 2)).toBe(0);
  expect(waiting.oldestAgeMs(450, 2)).toBe(50);
});

test('leaves messages of other runs out of the oldest age', () => {
  const waiting = new Waiting();
  const [other, own] = [{}, {}];
  waiting.addOther(other);
  expect(waiting.oldestAgeMs(1_000, 5)).toBe(0);
  expect(waiting.oldestAgeMs(9_000, 5)).toBe(0);
  waiting.add(own, 8_500);
  expect(waiting.oldestAgeMs(9_000, 5)).toBe(500);
  waiting.done(own);
  waiting.done(other);
  expect(waiting.oldestAgeMs(9_100, 5)).toBe(0);
  expect(waiting.oldestAgeMs(9_200, 5)).toBe(100);
});
