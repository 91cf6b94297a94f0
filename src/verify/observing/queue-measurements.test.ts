import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CountAges, ObservedCounts } from '../../queue/watching/counts-watch.ts';
import { notAcknowledgedText } from './not-acknowledged.ts';
import type { EndOfWait } from './observation.ts';
import { QueueMeasurements } from './queue-measurements.ts';

const ORIGIN_MS = 1_800_000_000_000;
const EXACT: CountAges = { readyMs: 0, unacknowledgedMs: 0 };
/** How old RabbitMQ's counts can be if the management API reports them. */
const LATE: CountAges = { readyMs: 0, unacknowledgedMs: 15_000 };
/** How old RabbitMQ's counts can be if there is no management API. */
const NOT_REPORTED: CountAges = { readyMs: 0, unacknowledgedMs: null };
const NO_PROGRESS: EndOfWait = { kind: 'no-progress', settleMs: 10_000 };

interface Counts {
  readonly ready?: number;
  /** Number of unacknowledged messages. Null if it is not known. */
  readonly unacknowledged?: number | null;
  readonly consumers?: number | null;
}

function countsOf({ ready = 0, unacknowledged = 0, consumers = 1 }: Counts): ObservedCounts {
  return {
    ready,
    unacknowledged:
      unacknowledged === null
        ? { kind: 'unknown', reason: 'nobody counts them' }
        : { kind: 'counted', messages: unacknowledged },
    consumers,
  };
}

function bed(ages: CountAges = EXACT) {
  const measurements = new QueueMeasurements(ages);
  return {
    measurements,
    arrive: (count: number, atMs: number) => {
      for (let index = 0; index < count; index++) measurements.arrived(ORIGIN_MS + atMs);
    },
    look: (atMs: number, counts: Counts) => {
      const askedAtMs = ORIGIN_MS + atMs;
      return measurements.take({ askedAtMs, answeredAtMs: askedAtMs + 10, counts: countsOf(counts) }).cells;
    },
    text: (end = NO_PROGRESS, failure: string | null = null) =>
      notAcknowledgedText(measurements, end, failure),
  };
}

test('the newest messages count as waiting, so the messages of the run are taken last', () => {
  const { measurements, arrive, look } = bed();
  look(0, { ready: 5 });
  arrive(10, 100);
  expect(look(500, { ready: 12, unacknowledged: 2 })).toEqual({
    ...{ taken: 0, backlog: 10, ready: 12, unacknowledged: 2, consumers: 1 },
  });
  expect(look(1_000, { ready: 4, unacknowledged: 3, consumers: 2 })).toMatchObject({ taken: 6, backlog: 4 });
  expect(measurements.end(0, null)).toMatchObject({
    ...{ waitingBefore: 5, messages: 10, taken: 6, peakBacklog: 10, longestGapMs: 510 },
    ...{ unacknowledged: 3, mostUnacknowledged: 3, consumers: 2, mostConsumers: 2 },
  });
});

test('whatever the counts are, each message of the run is taken or waits', () => {
  const step = fc.record({ arrivals: fc.nat(20), ready: fc.nat(50), unacknowledged: fc.option(fc.nat(50)) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), (steps) => {
      const { measurements, arrive, look } = bed();
      let messages = 0;
      for (const [index, { arrivals, ready, unacknowledged }] of steps.entries()) {
        arrive(arrivals, index * 500);
        messages += arrivals;
        const { taken, backlog } = look(index * 500, { ready, unacknowledged });
        expect((taken ?? 0) + (backlog ?? 0)).toBe(messages);
        expect(backlog).toBeLessThanOrEqual(ready);
        expect(measurements.isAcknowledged).toBe(ready === 0 && unacknowledged === 0);
      }
    }),
  );
});

test('the queue counts as empty from the first answer without messages after the last arrival', () => {
  const { measurements, arrive, look } = bed();
  look(0, {});
  arrive(1, 100);
  look(500, {});
  arrive(1, 600);
  expect([measurements.isEmpty, measurements.isAcknowledged]).toEqual([false, false]);
  look(1_000, { unacknowledged: 1 });
  look(1_500, {});
  look(2_000, {});
  expect(measurements.end(0, null)).toMatchObject({
    emptyAtMs: ORIGIN_MS + 1_010,
    acknowledgedAtMs: ORIGIN_MS + 1_510,
  });
});

test('messages that return to the queue end the time in which it was empty', () => {
  const { measurements, arrive, look } = bed();
  arrive(3, 0);
  look(500, { unacknowledged: 3 });
  expect(look(1_000, { ready: 3, consumers: 0 })).toMatchObject({ taken: 0, backlog: 3 });
  expect(measurements.end(0, null)).toMatchObject({ emptyAtMs: null, acknowledgedAtMs: null });
});

test('counts that can be old prove nothing until they are asked for again after that time', () => {
  const { measurements, arrive, look, text } = bed(LATE);
  arrive(1, 0);
  look(500, {});
  look(15_400, {});
  expect([measurements.isEmpty, measurements.isAcknowledged, measurements.isPending]).toEqual([
    true,
    false,
    true,
  ]);
  expect(text()).toBe(
    'the queue was empty for too short a time to be certain, because its counts can be old; the queue had 1 consumer; no progress for 10 s (--settle)',
  );
  look(15_500, {});
  expect([measurements.isAcknowledged, measurements.isDone, measurements.isPending]).toEqual([
    true,
    true,
    false,
  ]);
  expect(text()).toBeNull();
});

test('waits after each change until the counts cannot be older than the change', () => {
  const { measurements, look } = bed(LATE);
  look(0, { unacknowledged: 5 });
  look(14_000, { unacknowledged: 5 });
  expect(measurements.isPending).toBe(true);
  look(15_000, { unacknowledged: 5 });
  expect(measurements.isPending).toBe(false);
  look(15_500, { unacknowledged: 4 });
  expect(measurements.isPending).toBe(true);
});

test('the observation ends if unacknowledged messages are not reported, and their number stays unknown', () => {
  const { measurements, arrive, look, text } = bed(NOT_REPORTED);
  arrive(1, 0);
  look(500, { unacknowledged: null });
  expect([measurements.isDone, measurements.isAcknowledged]).toEqual([true, false]);
  expect(text({ kind: 'done' })).toBe(
    'it is unknown whether the service acknowledged the messages that it took: nobody counts them; the queue had 1 consumer',
  );
  expect(measurements.end(0, null)).toMatchObject({ emptyAtMs: ORIGIN_MS + 510, acknowledgedAtMs: null });
});

test('an empty queue without a consumer proves nothing: its leader may not answer', () => {
  const { measurements, look, text } = bed();
  look(0, { consumers: 0 });
  expect([measurements.isEmpty, measurements.isDone]).toEqual([false, false]);
  expect(text()).toMatch(/^the queue reported no message and no consumer, and RabbitMQ reports the same if/);
  look(500, { consumers: null });
  expect(measurements.isDone).toBe(true);
});

test('says what is left in the queue', () => {
  const { look, text } = bed();
  expect(text({ kind: 'interrupted' }, 'gone')).toBe(
    'the counts of the queue are not known: the queue did not answer the last request: gone',
  );
  look(0, { ready: 1, unacknowledged: 2, consumers: 0 });
  expect(text({ kind: 'deadline', deadlineMs: 500 }, 'gone\u001b')).toMatch(
    /^1 message was still ready in the queue; 2 messages were delivered to the service and not acknowledged; the queue had no consumer; the service was not done after 0.5 s \(--deadline\); the queue did not answer the last request: gone/,
  );
});

test('measures the rate at which messages leave the queue while some wait', () => {
  const { measurements, arrive, look } = bed();
  look(0, {});
  arrive(100, 10);
  for (const [index, ready] of [100, 80, 60, 40, 20, 0].entries()) look(500 + index * 500, { ready });
  expect(measurements.end(0, null).drainRate).toMatchObject({ perSecond: 40, messages: 60 });
});
