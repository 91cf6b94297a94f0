import type { Capacity } from '../../capacity/capacity.ts';
import { drawWork } from '../../size/service/draw-work.ts';
import type { Random } from '../../size/structures/random.ts';
import type { Clock } from './clock.ts';
import { newPresence } from './presence.ts';
import { Rate } from './rate.ts';

export interface WorkersOptions
  extends Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work' | 'failShare'> {
  readonly clock: Clock;
  /** Work begins; called in the order of time. */
  readonly onStart?: (atMs: number) => void;
  /** Uniform in [0, 1). */
  readonly random?: Random;
}

/** What became of one piece of work. Times are those of the clock. */
export type WorkResult =
  | { readonly kind: 'done' | 'failed'; readonly startedAtMs: number; readonly finishedAtMs: number }
  /** The instance went away before the end: whatever was done, nobody hears of it. */
  | { readonly kind: 'interrupted' };

const INTERRUPTED: WorkResult = { kind: 'interrupted' };

/**
 * The workers of one instance of a service. They keep to its capacity: slots, a rate of starts, a time of work, and a
 * share of failures. They know nothing of queues or of HTTP; the work is waiting.
 */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #rate: Rate;
  readonly #random: Random;
  readonly #drawMs: () => number;
  /** Who waits for a slot, in the order in which they came. */
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #presence = newPresence();

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#rate = new Rate(options.ratePerSecond);
    this.#random = options.random ?? Math.random;
    this.#drawMs = options.work === null ? () => 0 : drawWork(options.work, this.#random);
    this.#free = options.concurrency;
  }

  /** Does one piece of work, after those that were asked for before. Never rejects. */
  async work(): Promise<WorkResult> {
    const { signal } = this.#presence;
    await this.#slot();
    try {
      return signal.aborted ? INTERRUPTED : await this.#inSlot(signal);
    } finally {
      this.#release();
    }
  }

  /** The instance is away: what is under way and what waits ends as interrupted, and so does what is asked for. */
  leave(): void {
    this.#presence.abort();
  }

  comeBack(): void {
    if (!this.#presence.signal.aborted) return;
    this.#presence = newPresence();
    this.#rate.reset();
  }

  async #inSlot(signal: AbortSignal): Promise<WorkResult> {
    const { clock, failShare, onStart } = this.#options;
    await clock.until(this.#rate.reserve(clock.now()), signal);
    if (signal.aborted) return INTERRUPTED;
    const startedAtMs = clock.now();
    onStart?.(startedAtMs);
    await clock.until(startedAtMs + this.#drawMs(), signal);
    if (signal.aborted) return INTERRUPTED;
    const kind = this.#random() < failShare ? 'failed' : 'done';
    return { kind, startedAtMs, finishedAtMs: clock.now() };
  }

  async #slot(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The slot goes to whoever waits longest. */
  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
