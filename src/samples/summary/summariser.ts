import type { Sample } from '../sample.ts';
import { formatDecimal } from './decimal-format.ts';

/** JMeter's running summary. Source: reporters/Summariser.java and SummariserRunningSample.java. */

const INTERVAL_SECONDS = 30;
/** Number of seconds after a 30-second mark in which the report for this mark can still be written. */
const WINDOW_SECONDS = 5;

export interface ThreadCounts {
  readonly active: number;
  readonly started: number;
  readonly finished: number;
}

type RunningSample = Pick<Sample, 'timeStampMs' | 'elapsedMs' | 'success'>;

/**
 * Writes the lines `summary + …` and `summary = …` every 30 s according to the wall clock, so that several senders
 * report at the same time. The duration in a line comes from the times of the samples, so it need not be 30 s.
 */
export class Summariser {
  #delta = new RunningTotals();
  readonly #total = new RunningTotals();
  #lastReportSeconds = 0;

  add(sample: RunningSample): void {
    this.#delta.add(sample);
  }

  /** Returns the lines that are due at `nowMs` (epoch milliseconds). Empty between two 30-second marks. */
  due(nowMs: number, threads: ThreadCounts): string[] {
    const nowSeconds = Math.floor(nowMs / 1000);
    const early = nowSeconds <= this.#lastReportSeconds + WINDOW_SECONDS;
    if (this.#delta.count === 0 || early || nowSeconds % INTERVAL_SECONDS > WINDOW_SECONDS) return [];
    this.#lastReportSeconds = nowSeconds;
    return this.#report(threads, false);
  }

  /** Returns the last lines. A run without earlier reports has only the line `summary =`. */
  end(threads: ThreadCounts): string[] {
    return this.#report(threads, true);
  }

  #report(threads: ThreadCounts, last: boolean): string[] {
    const delta = this.#delta;
    const first = this.#total.count === 0;
    this.#total.addAll(delta);
    this.#delta = new RunningTotals();
    const deltaLine = `${formatTotals('+', delta)} ${formatThreads(threads)}`;
    const totalLine = formatTotals('=', this.#total);
    if (last) return first || delta.count === 0 ? [totalLine] : [deltaLine, totalLine];
    return first ? [deltaLine] : [deltaLine, totalLine];
  }
}

class RunningTotals {
  count = 0;
  errors = 0;
  sumMs = 0;
  minMs = Number.POSITIVE_INFINITY;
  maxMs = 0;
  startMs = Number.POSITIVE_INFINITY;
  endMs = 0;

  add({ timeStampMs, elapsedMs, success }: RunningSample): void {
    this.count += 1;
    if (!success) this.errors += 1;
    this.sumMs += elapsedMs;
    this.minMs = Math.min(this.minMs, elapsedMs);
    this.maxMs = Math.max(this.maxMs, elapsedMs);
    this.startMs = Math.min(this.startMs, timeStampMs);
    this.endMs = Math.max(this.endMs, timeStampMs + elapsedMs);
  }

  addAll(other: RunningTotals): void {
    this.count += other.count;
    this.errors += other.errors;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
    this.startMs = Math.min(this.startMs, other.startMs);
    this.endMs = Math.max(this.endMs, other.endMs);
  }
}

function formatTotals(kind: '+' | '=', totals: RunningTotals): string {
  const { count, errors } = totals;
  const spanMs = count === 0 ? 0 : totals.endMs - totals.startMs;
  const rate = spanMs > 0 ? formatDecimal((count / spanMs) * 1000, 1).padStart(6) : '******';
  const average = count === 0 ? 0 : Math.trunc(totals.sumMs / count);
  const minimum = count === 0 ? 0 : totals.minMs;
  const errorRatio = count === 0 ? 0 : errors / count;
  return (
    `summary ${kind} ${pad(count, 6)} in ${formatDuration(spanMs)} = ${rate}/s ` +
    `Avg: ${pad(average, 5)} Min: ${pad(minimum, 5)} Max: ${pad(totals.maxMs, 5)} ` +
    `Err: ${pad(errors, 5)} (${formatDecimal(errorRatio * 100, 2)}%)`
  );
}

function formatThreads({ active, started, finished }: ThreadCounts): string {
  return `Active: ${active} Started: ${started} Finished: ${finished}`;
}

/** Returns the rounded seconds as HH:MM:SS. */
function formatDuration(spanMs: number): string {
  const seconds = Math.floor((spanMs + 500) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function pad(value: number, length: number): string {
  return String(value).padStart(length);
}
