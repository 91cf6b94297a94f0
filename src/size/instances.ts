import { Heap, numberHeap } from './heap.ts';
import { type Service, workOf } from './service.ts';

/** Work on one message, on the clock of working time. */
export interface Turn {
  readonly startMs: number;
  readonly finishMs: number;
}

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

  take(arrivalMs: number, workMs: number): Turn {
    const instance = this.#instances.pop();
    if (instance === undefined) throw new RangeError('a service without instances');
    const turn = instance.take(arrivalMs, workMs);
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

  take(arrivalMs: number, workMs: number): Turn {
    const startMs = Math.max(arrivalMs, this.nextStartMs);
    if (this.#hands.size === this.#concurrency) this.#hands.pop();
    this.#hands.push(startMs + workMs);
    this.#pacedMs = startMs + this.#pauseMs;
    this.nextStartMs = Math.max(this.#pacedMs, this.#freeMs());
    return { startMs, finishMs: startMs + workMs };
  }

  #freeMs(): number {
    if (this.#hands.size < this.#concurrency) return Number.NEGATIVE_INFINITY;
    return this.#hands.least ?? Number.NEGATIVE_INFINITY;
  }
}
