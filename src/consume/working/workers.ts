import type { Capacity } from '../../capacity/capacity.ts';
import { drawWork } from '../../size/service/draw-work.ts';
import type { Random } from '../../size/structures/random.ts';
import type { Clock } from './clock.ts';
import { newPresence } from './presence.ts';
import { Rate } from './rate.ts';

export interface WorkersOptions
  extends Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work' | 'failShare'> {
  readonly clock: Clock;
  /** Called with the time of each start of work. The times never decrease. */
  readonly onStart?: (atMs: number) => void;
  /** Source of random numbers, uniform in [0, 1). */
  readonly random?: Random;
}

/** Result of one attempt. Times are in milliseconds of the clock in the options. */
export type WorkResult =
  | { readonly kind: 'done' | 'failed'; readonly startedAtMs: number; readonly finishedAtMs: number }
  /** The instance left before the work ended, so the attempt has no effect. */
  | { readonly kind: 'interrupted' };

const INTERRUPTED: WorkResult = { kind: 'interrupted' };

/**
 * Simulates the capacity of one instance of a service: concurrency, rate, time of work and share of failures. The
 * simulated work is only a wait. This class uses neither a queue nor HTTP.
 */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #rate: Rate;
  readonly #random: Random;
  readonly #drawMs: () => number;
  /** Attempts that wait for a free worker, in order of arrival. */
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

  /** Makes one attempt, after all attempts that were requested earlier. Never rejects. */
  async work(): Promise<WorkResult> {
    const { signal } = this.#presence;
    await this.#slot();
    try {
      return signal.aborted ? INTERRUPTED : await this.#inSlot(signal);
    } finally {
      this.#release();
    }
  }

  /** Interrupts all running and waiting attempts. Until `comeBack`, new attempts are interrupted too. */
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

  /** Gives the worker to the attempt that has waited longest. */
  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
