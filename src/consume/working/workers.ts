import type { Capacity } from '../../capacity/capacity.ts';
import { plannedStartMs } from '../../capacity/planned-start.ts';
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

/** The rate allowed no start in time, so the attempt never started. */
export interface Late {
  readonly kind: 'late';
}

const INTERRUPTED: WorkResult = { kind: 'interrupted' };
const LATE: Late = { kind: 'late' };

/** The result of an attempt, and the time at which its work should have ended. */
interface Ended {
  readonly result: WorkResult | Late;
  readonly endsAtMs: number;
}

/**
 * Simulates the capacity of one instance of a service: concurrency, rate, time of work and share of failures. The
 * simulated work is only a wait. This class uses neither a queue nor HTTP.
 */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #rate: Rate;
  readonly #random: Random;
  readonly #drawMs: () => number;
  /** Attempts that wait for a free worker, in order of arrival. Each gets the time from which its worker is free. */
  readonly #waiting: ((freeFromMs: number) => void)[] = [];
  #free: number;
  #presence = newPresence();

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#rate = new Rate(options.ratePerSecond);
    this.#random = options.random ?? Math.random;
    this.#drawMs = options.work === null ? () => 0 : drawWork(options.work, this.#random);
    this.#free = options.concurrency;
  }

  /** Earliest time of the next start, by the rate. Minus infinity if the rate does not limit the next start. */
  get nextStartMs(): number {
    return this.#rate.nextMs;
  }

  /**
   * Makes one attempt, after all attempts that were requested earlier. Never rejects.
   * @param startByMs latest time of the start. If the rate allows only a later start, the attempt ends at this time
   */
  work(): Promise<WorkResult>;
  work(startByMs: number): Promise<WorkResult | Late>;
  async work(startByMs = Number.POSITIVE_INFINITY): Promise<WorkResult | Late> {
    const { signal } = this.#presence;
    const freeFromMs = await this.#slot();
    const { result, endsAtMs } = signal.aborted
      ? this.#interrupted()
      : await this.#inSlot(freeFromMs, startByMs, signal);
    this.#release(plannedStartMs(endsAtMs, this.#options.clock.now()));
    return result;
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

  /** @param freeFromMs time from which the work is counted, unless the rate allows it only later */
  async #inSlot(freeFromMs: number, startByMs: number, signal: AbortSignal): Promise<Ended> {
    const { clock, failShare, onStart } = this.#options;
    const nowMs = clock.now();
    const allowedMs = this.#rate.reserve(nowMs, startByMs);
    await clock.until(allowedMs ?? startByMs, signal);
    if (signal.aborted) return this.#interrupted();
    if (allowedMs === null) return { result: LATE, endsAtMs: clock.now() };
    const startedAtMs = clock.now();
    onStart?.(startedAtMs);
    const endsAtMs = (allowedMs > nowMs ? allowedMs : freeFromMs) + this.#drawMs();
    await clock.until(endsAtMs, signal);
    if (signal.aborted) return this.#interrupted();
    const kind = this.#random() < failShare ? 'failed' : 'done';
    return { result: { kind, startedAtMs, finishedAtMs: clock.now() }, endsAtMs };
  }

  #interrupted(): Ended {
    return { result: INTERRUPTED, endsAtMs: this.#options.clock.now() };
  }

  async #slot(): Promise<number> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free--;
    return this.#options.clock.now();
  }

  /**
   * Gives the worker to the attempt that has waited longest. A timer can end the work late, for example because timers
   * use whole milliseconds. The next work is then shorter by this time, so the service reaches its capacity.
   */
  #release(freeFromMs: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next(freeFromMs);
  }
}
