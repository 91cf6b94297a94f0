import { ROUNDING_MS, type WorkingClock } from '../service/working-clock.ts';
import type { Waits } from './model.ts';

/** A group of consecutive messages. From each message to the next, the backlog changes by the same amount. */
export interface Stretch {
  readonly messages: number;
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * The time when work on the first message starts, and the time for the last one. Both are working time, which does
   * not count outages.
   */
  readonly fromTurnMs: number;
  readonly toTurnMs: number;
}

/** Messages whose waiting times are spread evenly from `firstMs` to `lastMs`. */
interface Spread {
  readonly messages: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Number of times that an interval is halved. After that, a percentile is as precise as a number in
 * JavaScript.
 */
const BISECTIONS = 60;

/** Exact waiting times in the fluid model. */
export class FluidWaits implements Waits {
  readonly #spreads: Spread[] = [];
  readonly #clock: WorkingClock;
  #messages = 0;
  longestMs = 0;

  constructor(clock: WorkingClock) {
    this.#clock = clock;
  }

  /**
   * Adds a group of messages. If an outage starts before work on some of them, their wait includes the length
   * of the outage.
   */
  add(stretch: Stretch): void {
    if (stretch.messages <= 0) return;
    const { fromTurnMs, toTurnMs } = stretch;
    const stops = this.#clock.stopsMs.filter((stop) => stop > fromTurnMs && stop < toTurnMs - ROUNDING_MS);
    const turns = [fromTurnMs, ...stops, toTurnMs];
    for (let i = 1; i < turns.length; i++) this.#addPart(stretch, turns[i - 1] ?? 0, turns[i] ?? 0);
  }

  get meanMs(): number {
    const sum = this.#spreads.reduce(
      (s, { messages, firstMs, lastMs }) => s + messages * (firstMs + lastMs),
      0,
    );
    return this.#messages === 0 ? 0 : sum / 2 / this.#messages;
  }

  percentileMs(percentile: number): number {
    if (percentile === 100) return this.longestMs;
    if (this.#share(0) >= percentile / 100) return 0;
    let below = 0;
    let enough = this.longestMs;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (below + enough) / 2;
      if (this.#share(middle) >= percentile / 100) enough = middle;
      else below = middle;
    }
    return enough;
  }

  #addPart({ messages, fromMs, toMs, ...turns }: Stretch, fromTurnMs: number, toTurnMs: number): void {
    const turnsMs = turns.toTurnMs - turns.fromTurnMs;
    const share = (turn: number) => (turnsMs > 0 ? (turn - turns.fromTurnMs) / turnsMs : 0);
    const arrival = (turn: number) => fromMs + share(turn) * (toMs - fromMs);
    const part = turnsMs > 0 ? share(toTurnMs) - share(fromTurnMs) : 1;
    const firstMs = Math.max(0, this.#clock.startTime(fromTurnMs) - arrival(fromTurnMs));
    const lastMs = Math.max(0, this.#clock.finishTime(toTurnMs) - (turnsMs > 0 ? arrival(toTurnMs) : toMs));
    this.#spreads.push({ messages: messages * part, firstMs, lastMs });
    this.#messages += messages * part;
    this.longestMs = Math.max(this.longestMs, firstMs, lastMs);
  }

  /** Returns the share of messages that wait at most `waitMs`. */
  #share(waitMs: number): number {
    let messages = 0;
    for (const spread of this.#spreads) {
      const least = Math.min(spread.firstMs, spread.lastMs);
      const most = Math.max(spread.firstMs, spread.lastMs);
      if (most <= waitMs) messages += spread.messages;
      else if (least < waitMs) messages += (spread.messages * (waitMs - least)) / (most - least);
    }
    return messages / this.#messages;
  }
}
