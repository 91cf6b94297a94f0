import { expect, test } from 'vitest';
import { Emptiness, type Look } from './emptiness.ts';

const SPAN_MS = 1_000;

/** An observation of an empty queue at this time: the counts are 0 and the last poll returned nothing. */
function empty(atMs: number, other: Partial<Look> = {}): Look {
  const poll = { begunAtMs: atMs - 1, endedAtMs: atMs };
  const counts = { visible: 0, notVisible: 0, delayed: 0 };
  return { atMs, counts, held: 0, lastArrivalMs: Number.NEGATIVE_INFINITY, emptyPolls: [poll], ...other };
}

/** Adds the observations in order. Returns the result for the last observation. */
function after(emptiness: Emptiness, ...looks: readonly Look[]): string | null {
  return looks.reduce<string | null>((_, look) => emptiness.add(look, 0), null);
}

test('a queue is empty once all observations of the whole period were empty', () => {
  const emptiness = new Emptiness(SPAN_MS);
  expect(after(emptiness, empty(0))).toContain('for 1 s without a break');
  expect(after(emptiness, empty(999))).toContain('for 1 s without a break');
  expect(after(emptiness, empty(1_000))).toBeNull();
});

test.each([
  ['visible', 'the queue holds 7 messages'],
  ['notVisible', '7 messages are in flight with another reader'],
  ['delayed', 'the queue delays 7 messages'],
])('a message that is %s restarts the period', (name, reason) => {
  const emptiness = new Emptiness(SPAN_MS);
  const counts = { visible: 0, notVisible: 0, delayed: 0, [name]: 7 };
  expect(after(emptiness, empty(0), empty(900, { counts }))).toBe(reason);
  expect(after(emptiness, empty(1_000), empty(1_999))).toContain('for 1 s without a break');
  expect(after(emptiness, empty(2_000))).toBeNull();
});

test('a held message, a new message or a gap in the observations restarts the period', () => {
  const held = new Emptiness(SPAN_MS);
  expect(after(held, empty(0), empty(500, { held: 1 }), empty(1_000))).not.toBeNull();
  const arrived = new Emptiness(SPAN_MS);
  expect(after(arrived, empty(0), empty(1_000, { lastArrivalMs: 500 }))).not.toBeNull();
  expect(after(arrived, empty(1_500, { lastArrivalMs: 500 }))).toBeNull();
  const interrupted = new Emptiness(SPAN_MS);
  interrupted.add(empty(0), 0);
  interrupted.interrupt();
  expect(after(interrupted, empty(1_000))).not.toBeNull();
});

test('counts alone are not enough: every receiver must also have polled without a message', () => {
  const emptiness = new Emptiness(SPAN_MS);
  const since = { begunAtMs: 10, endedAtMs: 20 };
  const before = { begunAtMs: -10, endedAtMs: 20 };
  expect(after(emptiness, empty(0), empty(1_000, { emptyPolls: [since, before] }))).not.toBeNull();
  expect(after(emptiness, empty(1_000, { emptyPolls: [since, null] }))).not.toBeNull();
  expect(after(emptiness, empty(1_000, { emptyPolls: [since, since] }))).toBeNull();
});

test('a second check of emptiness needs polls that started after it', () => {
  const emptiness = new Emptiness(SPAN_MS);
  expect(after(emptiness, empty(0), empty(1_000))).toBeNull();
  const stale = empty(5_000, { emptyPolls: [{ begunAtMs: 900, endedAtMs: 1_000 }] });
  expect(emptiness.add(stale, 4_000)).not.toBeNull();
  expect(emptiness.add(empty(5_000), 4_000)).toBeNull();
});
