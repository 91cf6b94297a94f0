import type { Capacity } from '../working/capacity.ts';

/** What became of a request to a service without a queue before it. */
export type Served = 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';

export interface AcceptQueueOptions {
  readonly capacities: readonly Capacity[];
  /** Of each capacity. */
  readonly concurrency: number;
  /** How many requests may wait; more are refused. */
  readonly maxWaiting: number;
  /** How long a request may wait for its work to begin. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly begin: (capacity: Capacity) => void;
}

/** Requests that wait for the instances of a service, in the order of arrival and bounded in number and time. */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  readonly #waiting = new Set<Waiting>();
  /** One entry for each free slot, of the instance that has it. */
  readonly #free: Capacity[];
  #working = 0;

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
    const { capacities, concurrency } = options;
    this.#free = Array.from({ length: concurrency }, () => capacities).flat();
  }

  /** Requests that are waited for: in the queue and in work. */
  get pending(): number {
    return this.#waiting.size + this.#working;
  }

  /** Waits for a free instance and its work. Never rejects. */
  async serve(): Promise<Served> {
    const { maxWaiting } = this.#options;
    const free = this.#free.pop();
    if (free !== undefined) return this.#work(free);
    if (this.#waiting.size >= maxWaiting) return 'refused';
    const capacity = await this.#wait();
    return capacity === null ? 'timed-out' : this.#work(capacity);
  }

  /** Null: the time was over first. */
  #wait(): Promise<Capacity | null> {
    return new Promise((resolve) => {
      const waiting = {
        begin: (capacity: Capacity) => {
          clearTimeout(timer);
          resolve(capacity);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(null);
      }, this.#options.timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  async #work(capacity: Capacity): Promise<Served> {
    this.#working++;
    const { kind } = await capacity.work();
    this.#working--;
    this.#handOn(capacity);
    return kind === 'done' ? 'processed' : kind;
  }

  #handOn(capacity: Capacity): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(capacity);
      return;
    }
    this.#waiting.delete(next);
    next.begin(capacity);
  }
}
