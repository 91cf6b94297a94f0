import { QblError } from '../../../error.ts';
import type { RowWindow } from '../../row-window.ts';

/**
 * Stores one time for each message, in six bytes. After a copy with a valid checksum was read, the time is the send
 * time of the message in milliseconds. Before that, it is the period in which the message can have been sent, according
 * to its row. Times are relative to a base, which the first row sets. A time more than 24 days from the base counts as
 * different from every row's time.
 */
export class SlotTimes {
  #baseMs: number | null = null;
  #isBaseOfRow = false;

  /**
   * Stores the period of a row.
   * @throws QblError 'inconclusive' if the rows are more than 24 days apart
   */
  setWindow(page: TimePage, index: number, { fromMs, toMs }: RowWindow, pages: readonly TimePage[]): void {
    this.#countFrom(fromMs, pages);
    const time = this.#relative(fromMs);
    if (time === 0 || time === FARTHEST) throw tooFarApart();
    page.times[index] = time;
    page.spans[index] = spanOf(toMs - fromMs);
  }

  setSent(page: TimePage, index: number, sentAtMs: number): void {
    page.times[index] = this.#relative(sentAtMs);
    page.spans[index] = SENT;
  }

  forget(page: TimePage, index: number): void {
    page.spans[index] = UNKNOWN;
  }

  /** Whether a message with this send time may be the message at this index. */
  fits(page: TimePage, index: number, sentAtMs: number): boolean {
    const span = page.spans[index] ?? UNKNOWN;
    if (span === UNKNOWN) return true;
    const time = page.times[index] ?? 0;
    const its = this.#relative(sentAtMs);
    return span === SENT ? its === time : its >= time && its <= time + lengthOf(span);
  }

  /** Returns the send time. Null if no copy with a valid checksum was read. */
  sentAtMs(page: TimePage, index: number): number | null {
    if (page.spans[index] !== SENT) return null;
    return (this.#baseMs ?? 0) + (page.times[index] ?? 0) - MIDDLE;
  }

  /**
   * Makes the time of the first row the base of all stored times. Times that were stored before, relative to another
   * base, are computed anew.
   */
  #countFrom(rowMs: number, pages: readonly TimePage[]): void {
    if (this.#isBaseOfRow) return;
    const before = this.#baseMs;
    this.#baseMs = rowMs;
    this.#isBaseOfRow = true;
    if (before === null) return;
    for (const { times } of pages) {
      for (const [i, time] of times.entries()) {
        if (time > 0 && time < FARTHEST) times[i] = clamped(time + before - rowMs);
      }
    }
  }

  #relative(atMs: number): number {
    this.#baseMs ??= Math.floor(atMs);
    return clamped(Math.floor(atMs) - this.#baseMs + MIDDLE);
  }
}

export interface TimePage {
  readonly times: Uint32Array;
  /**
   * What each number in `times` means. UNKNOWN: nothing is known. SENT: the number is a send time. Any other value: the
   * number is the earliest possible send time, and the value encodes the length of the period up to the latest possible
   * send time.
   */
  readonly spans: Uint16Array;
}

const UNKNOWN = 0;
const SENT = 0xffff;
const LONGEST = 0xfffe;
const MIDDLE = 2 ** 31;
const FARTHEST = 2 ** 32 - 1;
/** Periods of up to 32 s are stored in milliseconds. Longer periods are rounded up to whole seconds. */
const EXACT = 2 ** 15;
const COARSE_MS = 1_000;

function tooFarApart(): QblError {
  return new QblError('inconclusive', 'the samples of one run begin more than 24 days apart', {
    hint: 'Check the column "timeStamp" of the samples: a run cannot last so long.',
  });
}

function clamped(time: number): number {
  return Math.min(Math.max(time, 0), FARTHEST);
}

function spanOf(lengthMs: number): number {
  if (lengthMs < EXACT) return Math.max(1, lengthMs);
  return Math.min(EXACT + Math.ceil((lengthMs - EXACT) / COARSE_MS), LONGEST);
}

/** Returns the length of a period. The longest one that can be stored, nine hours, counts as endless. */
function lengthOf(span: number): number {
  if (span < EXACT) return span;
  return span === LONGEST ? Number.POSITIVE_INFINITY : EXACT + (span - EXACT) * COARSE_MS;
}
