import { TimeCounts } from './time-counts.ts';

/** The requested and the achieved rate, as in summary.json. */
export interface RateKept {
  readonly requestedPerSecond: number;
  readonly achievedPerSecond: number;
  /** Requests that were due by the end of the schedule. */
  readonly due: number;
  /** Requests that were sent by the end of the schedule. */
  readonly sent: number;
  /** Requests that were sent more than a second late. */
  readonly late: number;
  /** Share of the due requests that may be missing although the rate counts as kept. */
  readonly tolerance: number;
  readonly kept: boolean;
}

/** How many requests a plan with a rate sends, and for how long. */
export interface RateSchedule {
  readonly ratePerSecond: number;
  /** Number of requests. Null if only the duration limits the requests. */
  readonly samples: number | null;
  readonly durationMs: number | null;
}

const LATE_MS = 1_000;
/**
 * Time that is added at the end of the schedule. Without it, a short pause of the process at the end of a run would
 * count as a missed rate.
 */
const GRACE_MS = 250;

/** Keeps the times at which requests were sent. */
export class SendTimes {
  readonly #counts = new TimeCounts();
  #count = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  add(atMs: number): void {
    this.#counts.add(atMs);
    this.#count += 1;
    if (atMs > this.#lastMs) this.#lastMs = atMs;
  }

  /**
   * Compares the send times with the schedule. The first request of the schedule is due at `startedMs`.
   * @param isWhole false if failed requests ended the run early; then nothing was due after the last request
   * @param tolerance share of the due requests that may be missing
   */
  compare(schedule: RateSchedule, startedMs: number, isWhole: boolean, tolerance: number): RateKept {
    const { ratePerSecond } = schedule;
    const sentForMs = Math.max(0, this.#lastMs - startedMs);
    const planned = plannedEnd(schedule);
    const end = isWhole && planned !== null ? planned : this.#endOfSending(sentForMs, schedule);
    const sent = this.#sentBy(startedMs + end.atMs + GRACE_MS);
    const missing = end.due - sent;
    const spanMs = Math.max(end.atMs, sentForMs);
    return {
      requestedPerSecond: ratePerSecond,
      achievedPerSecond: spanMs > 0 ? Math.min(ratePerSecond, (this.#count * 1000) / spanMs) : ratePerSecond,
      due: end.due,
      sent,
      late: this.#late(ratePerSecond, startedMs),
      tolerance,
      kept: missing <= Math.max(tolerance * end.due, (ratePerSecond * GRACE_MS) / 1000),
    };
  }

  #endOfSending(ms: number, schedule: RateSchedule): End {
    return this.#count === 0 ? { due: 0, atMs: 0 } : dueAt(ms, schedule);
  }

  #sentBy(ms: number): number {
    let sent = 0;
    this.#counts.forEach((fromMs, count) => {
      if (fromMs <= ms) sent += count;
    });
    return sent;
  }

  /**
   * Number of requests that were sent too late. The n-th request is due n / rate seconds after the start, no
   * matter which thread sends it.
   */
  #late(ratePerSecond: number, startedMs: number): number {
    let before = 0;
    let late = 0;
    this.#counts.forEach((fromMs, count) => {
      const lateOnes = Math.ceil(((fromMs - startedMs - LATE_MS) * ratePerSecond) / 1000);
      late += Math.min(count, Math.max(0, lateOnes - before));
      before += count;
    });
    return late;
  }
}

interface End {
  readonly due: number;
  readonly atMs: number;
}

/** Returns the planned end of the schedule. Null if the schedule has no end. */
function plannedEnd({ ratePerSecond, samples, durationMs }: RateSchedule): End | null {
  const most = samples ?? Number.POSITIVE_INFINITY;
  const inTime = durationMs === null ? Number.POSITIVE_INFINITY : slotsIn(durationMs, ratePerSecond);
  if (inTime <= most)
    return inTime === Number.POSITIVE_INFINITY ? null : { due: inTime, atMs: durationMs ?? 0 };
  return { due: most, atMs: (most * 1000) / ratePerSecond };
}

function dueAt(ms: number, { ratePerSecond, samples }: RateSchedule): End {
  const due = Math.floor((ms * ratePerSecond) / 1000) + 1;
  return { due: Math.min(samples ?? due, due), atMs: ms };
}

function slotsIn(ms: number, ratePerSecond: number): number {
  return Math.ceil((ms * ratePerSecond) / 1000);
}
