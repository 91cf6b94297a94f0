import { workOf } from '../../capacity/capacity.ts';
import { Heap, numberHeap } from '../structures/heap.ts';
import type { Service } from './service.ts';

/** Work on one message, on the clock of working time. */
export interface Turn {
  readonly startMs: number;
  readonly finishMs: number;
  /** When it is tried again. */
  readonly retriesMs: readonly number[];
}

const NO_RETRIES: number[] = [];

/**
 * The recursion of Lindley (1952) and of Kiefer and Wolfowitz (1955): in the order of arrival, each message goes to
 * the instance that can begin with it first.
 */
export class Instances {
  readonly #instances = new Heap<Instance>((a, b) => a.nextStartMs < b.nextStartMs);

  constructor(service: Service) {
    const { concurrency } = workOf(service);
    const { instances, ratePerSecond, work } = service;
    // Without a rate of their own beside the work, all instances together are one with all their hands.
    if (ratePerSecond === null || work === null) {
      this.#instances.push(new Instance(instances * concurrency, 0));
      return;
    }
    for (let i = 0; i < instances; i++) this.#instances.push(new Instance(concurrency, 1000 / ratePerSecond));
  }

  /** When work can begin on a message that arrives, by what has come so far. */
  nextStartMs(arrivalMs: number): number {
    return Math.max(arrivalMs, this.#instances.least?.nextStartMs ?? Number.POSITIVE_INFINITY);
  }

  /** @param nextWorkMs the work of each attempt */
  take(arrivalMs: number, nextWorkMs: () => number, attempts = 1): Turn {
    const instance = this.#instances.pop();
    if (instance === undefined) throw new RangeError('a service without instances');
    const turn = instance.take(arrivalMs, nextWorkMs, attempts);
    this.#instances.push(instance);
    return turn;
  }
}

class Instance {
  /** When each of the messages in hand is done. */
  readonly #hands = numberHeap();
  readonly #concurrency: number;
  readonly #pauseMs: number;
  #pacedMs = Number.NEGATIVE_INFINITY;
  /** When it can begin with another message. */
  nextStartMs = Number.NEGATIVE_INFINITY;

  constructor(concurrency: number, pauseMs: number) {
    this.#concurrency = concurrency;
    this.#pauseMs = pauseMs;
  }

  /** An instance tries again itself, with the same hand; each attempt has its place in the rate. */
  take(arrivalMs: number, nextWorkMs: () => number, attempts: number): Turn {
    const startMs = Math.max(arrivalMs, this.nextStartMs);
    const retriesMs = attempts === 1 ? NO_RETRIES : new Array<number>(attempts - 1);
    let finishMs = startMs + nextWorkMs();
    for (let retry = 0; retry < retriesMs.length; retry++) {
      const retryMs = Math.max(finishMs, startMs + (retry + 1) * this.#pauseMs);
      retriesMs[retry] = retryMs;
      finishMs = retryMs + nextWorkMs();
    }
    if (this.#hands.size === this.#concurrency) this.#hands.pop();
    this.#hands.push(finishMs);
    this.#pacedMs = startMs + attempts * this.#pauseMs;
    this.nextStartMs = Math.max(this.#pacedMs, this.#freeMs());
    return { startMs, finishMs, retriesMs };
  }

  #freeMs(): number {
    if (this.#hands.size < this.#concurrency) return Number.NEGATIVE_INFINITY;
    return this.#hands.least ?? Number.NEGATIVE_INFINITY;
  }
}
