import { workOf } from '../../capacity/capacity.ts';
import { drawAttempts } from '../service/attempts.ts';
import { drawWork } from '../service/draw-work.ts';
import { Instances } from '../service/instances.ts';
import { type Service, usedShare } from '../service/service.ts';
import { ROUNDING_MS, WorkingClock } from '../service/working-clock.ts';
import { seededRandom } from '../structures/random.ts';
import { Backlog } from './backlog.ts';
import type { ModelResult, WaitBound } from './model.ts';
import { Starts } from './starts.ts';
import { WaitHistogram } from './wait-histogram.ts';

export const DEFAULT_SEED = 1;

export interface LindleyResult extends ModelResult {
  /** Largest number of attempts that start within one second. */
  readonly busiestSecond: number;
}

/** Messages of other runs that wait when the service starts. No figure includes them. */
export interface Ahead {
  readonly messages: number;
  readonly atMs: number;
}

const NOTHING_AHEAD: Ahead = { messages: 0, atMs: 0 };

/**
 * Simulates each message. The result is exact for these arrivals and this work. Memory grows with the backlog, by
 * about 30 bytes for each message.
 * @param timesMs arrival times in ascending order; the list is read several times
 */
export function lindley(
  timesMs: Iterable<number>,
  service: Service,
  seed = DEFAULT_SEED,
  ahead = NOTHING_AHEAD,
): LindleyResult {
  const originMs = firstOf(timesMs);
  const clock = clockFrom(originMs, service);
  const backlog = new Backlog();
  const waits = new WaitHistogram();
  const untilProcessed = new WaitHistogram();
  const starts = new Starts();
  const used = { attempts: 0, workMs: 0 };
  const journey = { timesMs, originMs, clock, service, seed, ahead };
  follow(journey, (arrivalMs, startMs, finishMs, { retriesMs, workMs }) => {
    used.attempts += 1 + retriesMs.length;
    used.workMs += workMs;
    waits.record(startMs - arrivalMs);
    untilProcessed.record(finishMs - arrivalMs);
    backlog.add(arrivalMs, startMs, finishMs);
    starts.add(startMs, retriesMs);
    return true;
  });
  const { messages, drainedAtMs } = backlog;
  return {
    messages,
    peakBacklog: backlog.peak,
    peakAtMs: originMs + backlog.peakAtMs,
    drainedAtMs: originMs + drainedAtMs,
    meanUtilisation: usedShare(used, service, clock.workingTime(drainedAtMs) - clock.workingTime(0)),
    waits,
    untilProcessed,
    busiestSecond: starts.busiestSecond(),
  };
}

/** Whether the service keeps the limit. The simulation stops at the message that breaks it. */
export function lindleyKeeps(
  timesMs: Iterable<number>,
  service: Service,
  { maxWaitMs, percentile }: WaitBound,
  seed = DEFAULT_SEED,
): boolean {
  const originMs = firstOf(timesMs);
  const clock = clockFrom(originMs, service);
  let tooLong = percentile === 100 ? 0 : allowedBeyond(countOf(timesMs), percentile);
  const journey = { timesMs, originMs, clock, service, seed, ahead: NOTHING_AHEAD };
  follow(journey, (arrivalMs, _, finishMs) => {
    if (finishMs - arrivalMs > maxWaitMs + ROUNDING_MS) tooLong -= 1;
    return tooLong >= 0;
  });
  return tooLong >= 0;
}

/**
 * Tolerance for rounding errors. For example, 10 * (1 - 0.9) should be 1, but is a little less in floating
 * point.
 */
const ROUNDING_MESSAGES = 1e-6;

/** Number of messages that may break a limit, if `percentile` percent of the messages must keep the limit. */
function allowedBeyond(messages: number, percentile: number): number {
  return Math.floor((messages * (100 - percentile)) / 100 + ROUNDING_MESSAGES);
}

interface Journey {
  readonly timesMs: Iterable<number>;
  /** The time from which all other times count. Sums of epoch milliseconds would lose the microseconds. */
  readonly originMs: number;
  readonly clock: WorkingClock;
  readonly service: Service;
  readonly seed: number;
  readonly ahead: Ahead;
}

type OnMessage = (
  arrivalMs: number,
  startMs: number,
  finishMs: number,
  attempts: { readonly retriesMs: readonly number[]; readonly workMs: number },
) => boolean;

/** Reports the times of each message, relative to `originMs`, until the callback returns false. */
function follow(journey: Journey, onMessage: OnMessage): void {
  const { timesMs, originMs, clock, service, seed, ahead } = journey;
  const instances = new Instances(service);
  const nextWorkMs = drawWork(workOf(service).work, seededRandom(seed, 'work'));
  const nextAttempts = drawAttempts(service, seededRandom(seed, 'failures'));
  const aheadMs = clock.workingTime(ahead.atMs - originMs);
  for (let i = 0; i < ahead.messages; i++) instances.take(aheadMs, nextWorkMs, nextAttempts());
  for (const timeMs of timesMs) {
    const arrivalMs = timeMs - originMs;
    const turn = instances.take(clock.workingTime(arrivalMs), nextWorkMs, nextAttempts());
    const startMs = Math.max(arrivalMs, clock.startTime(turn.startMs));
    const retriesMs = turn.retriesMs.map((ms) => clock.startTime(ms));
    const attempts = { retriesMs, workMs: turn.workMs };
    // Work that takes no time ends when it starts, and not before the outage in which the message waited for the start.
    const finishMs = Math.max(retriesMs.at(-1) ?? startMs, clock.finishTime(turn.finishMs));
    if (!onMessage(arrivalMs, startMs, finishMs, attempts)) return;
  }
}

function firstOf(timesMs: Iterable<number>): number {
  const [first = 0] = timesMs;
  return first;
}

function countOf(timesMs: Iterable<number>): number {
  let count = 0;
  for (const _ of timesMs) count += 1;
  return count;
}

function clockFrom(originMs: number, { outages }: Service): WorkingClock {
  return new WorkingClock(
    outages.map(({ fromMs, toMs }) => ({ fromMs: fromMs - originMs, toMs: toMs - originMs })),
  );
}
