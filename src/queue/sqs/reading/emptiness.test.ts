import { expect, test } from 'vitest';
import { Emptiness, type Look } from './emptiness.ts';

const SPAN_MS = 1_000;

/** A queue that is seen empty at that time, with polls that were in vain just before. */
function empty(atMs: number, other: Partial<Look> = {}): Look {
  const poll = { begunAtMs: atMs - 1, endedAtMs: atMs };
  const counts = { visible: 0, notVisible: 0, delayed: 0 };
  return { atMs, counts, held: 0, lastArrivalMs: Number.NEGATIVE_INFINITY, emptyPolls: [poll], ...other };
}

/** Looks at these times; the last tells. */
function after(emptiness: Emptiness, ...looks: readonly Look[]): string | null {
  return looks.reduce<string | null>((_, look) => emptiness.add(look, 0), null);
}

test('empty is what was seen empty for the whole span', () => {
  const emptiness = new Emptiness(SPAN_MS);
  expect(after(emptiness, empty(0))).toContain('1 s on end');
  expect(after(emptiness, empty(999))).toContain('1 s on end');
  expect(after(emptiness, empty(1_000))).toBeNull();
});

test.each([
  ['visible', 'the queue holds 7 messages'],
  ['notVisible', '7 messages are in flight with another reader'],
  ['delayed', 'the queue delays 7 messages'],
])('a message that is %s begins the span anew', (name, reason) => {
  const emptiness = new Emptiness(SPAN_MS);
  const counts = { visible: 0, notVisible: 0, delayed: 0, [name]: 7 };
  expect(after(emptiness, empty(0), empty(900, { counts }))).toBe(reason);
  expect(after(emptiness, empty(1_000), empty(1_999))).toContain('1 s on end');
  expect(after(emptiness, empty(2_000))).toBeNull();
});

test('so do messages that we hold, a message that came, and a time in which nothing is known', () => {
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

test('counts alone prove nothing: every receiver has polled in vain since', () => {
  const emptiness = new Emptiness(SPAN_MS);
  const since = { begunAtMs: 10, endedAtMs: 20 };
  const before = { begunAtMs: -10, endedAtMs: 20 };
  expect(after(emptiness, empty(0), empty(1_000, { emptyPolls: [since, before] }))).not.toBeNull();
  expect(after(emptiness, empty(1_000, { emptyPolls: [since, null] }))).not.toBeNull();
  expect(after(emptiness, empty(1_000, { emptyPolls: [since, since] }))).toBeNull();
});

test('asked again later, the polls have to be newer than the question', () => {
  const emptiness = new Emptiness(SPAN_MS);
  expect(after(emptiness, empty(0), empty(1_000))).toBeNull();
  const stale = empty(5_000, { emptyPolls: [{ begunAtMs: 900, endedAtMs: 1_000 }] });
  expect(emptiness.add(stale, 4_000)).not.toBeNull();
  expect(emptiness.add(empty(5_000), 4_000)).toBeNull();
});
