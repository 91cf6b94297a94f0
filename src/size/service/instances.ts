import { workOf } from '../../capacity/capacity.ts';
import { plannedStartMs } from '../../capacity/planned-start.ts';
import { Heap, numberHeap } from '../structures/heap.ts';
import type { Service } from './service.ts';

/**
 * When work on one message starts and ends. Times are working time, which does not count outages (see WorkingClock).
 */
export interface Turn {
  readonly startMs: number;
  readonly finishMs: number;
  /** Start times of the retries. */
  readonly retriesMs: readonly number[];
  /** Total time of work in all attempts. */
  readonly workMs: number;
}

const NO_RETRIES: number[] = [];

/**
 * Simulates the instances of a service by the recursion of Lindley (1952) and of Kiefer and Wolfowitz (1955). Messages
 * are taken in the order of arrival. Each goes to the instance that can start work on it first.
 */
export class Instances {
  readonly #instances = new Heap<Instance>((a, b) => a.nextStartMs < b.nextStartMs);

  constructor(service: Pick<Service, 'ratePerSecond' | 'instances' | 'concurrency' | 'work'>) {
    const { concurrency } = workOf(service);
    const { instances, ratePerSecond, work } = service;
    // If the service has only a rate, or only a work time, its instances behave like one instance with the concurrency
    // of all instances.
    if (ratePerSecond === null || work === null) {
      this.#instances.push(new Instance(instances * concurrency, 0));
      return;
    }
    for (let i = 0; i < instances; i++) this.#instances.push(new Instance(concurrency, 1000 / ratePerSecond));
  }

  /** Earliest time at which work on a message can start, if the message arrives now. */
  nextStartMs(arrivalMs: number): number {
    return Math.max(arrivalMs, this.#instances.least?.nextStartMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Takes a message.
   * @param nextWorkMs returns a random work time for each attempt
   */
  take(arrivalMs: number, nextWorkMs: () => number, attempts = 1): Turn {
    const instance = this.#instances.pop();
    if (instance === undefined) throw new RangeError('The service has no instances.');
    const turn = instance.take(arrivalMs, nextWorkMs, attempts);
    this.#instances.push(instance);
    return turn;
  }
}

class Instance {
  /** End times of the work that is in progress. */
  readonly #hands = numberHeap();
  readonly #concurrency: number;
  readonly #pauseMs: number;
  #pacedMs = Number.NEGATIVE_INFINITY;
  /** Earliest time when the instance can start the next message. */
  nextStartMs = Number.NEGATIVE_INFINITY;

  constructor(concurrency: number, pauseMs: number) {
    this.#concurrency = concurrency;
    this.#pauseMs = pauseMs;
  }

  /**
   * Takes a message with all its attempts, which follow each other. Each attempt counts towards the rate of the
   * instance.
   */
  take(arrivalMs: number, nextWorkMs: () => number, attempts: number): Turn {
    const startMs = Math.max(arrivalMs, this.nextStartMs);
    const plannedMs = plannedStartMs(this.#pacedMs, startMs);
    const retriesMs = attempts === 1 ? NO_RETRIES : new Array<number>(attempts - 1);
    let workMs = nextWorkMs();
    let finishMs = startMs + workMs;
    for (let retry = 0; retry < retriesMs.length; retry++) {
      const retryMs = Math.max(finishMs, plannedMs + (retry + 1) * this.#pauseMs);
      retriesMs[retry] = retryMs;
      const againMs = nextWorkMs();
      workMs += againMs;
      finishMs = retryMs + againMs;
    }
    if (this.#hands.size === this.#concurrency) this.#hands.pop();
    this.#hands.push(finishMs);
    this.#pacedMs = plannedMs + attempts * this.#pauseMs;
    this.nextStartMs = Math.max(this.#pacedMs, this.#freeMs());
    return { startMs, finishMs, retriesMs, workMs };
  }

  #freeMs(): number {
    if (this.#hands.size < this.#concurrency) return Number.NEGATIVE_INFINITY;
    return this.#hands.least ?? Number.NEGATIVE_INFINITY;
  }
}
