import type { Workers } from '../working/workers.ts';

/** Outcome of a request to a service without a queue. */
export type Served = 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';

export interface AcceptQueueOptions {
  readonly instances: readonly Workers[];
  /** Slots of each instance. */
  readonly concurrency: number;
  /** Largest number of waiting requests. Further requests are refused. */
  readonly maxWaiting: number;
  /** Longest time that a request waits for its work to start. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly begin: (workers: Workers) => void;
}

/** A queue of requests in the order of arrival. It limits their number and their waiting time. */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  readonly #waiting = new Set<Waiting>();
  /** The instance of each free slot, one entry for each slot. */
  readonly #free: Workers[];
  #working = 0;

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
    const { instances, concurrency } = options;
    this.#free = Array.from({ length: concurrency }, () => instances).flat();
  }

  /** Requests that wait or are in work. */
  get pending(): number {
    return this.#waiting.size + this.#working;
  }

  /** Waits for a free instance and for its work. Never rejects. */
  async serve(): Promise<Served> {
    const { maxWaiting } = this.#options;
    const free = this.#free.pop();
    if (free !== undefined) return this.#work(free);
    if (this.#waiting.size >= maxWaiting) return 'refused';
    const workers = await this.#wait();
    return workers === null ? 'timed-out' : this.#work(workers);
  }

  /** Null if the request timed out. */
  #wait(): Promise<Workers | null> {
    return new Promise((resolve) => {
      const waiting = {
        begin: (workers: Workers) => {
          clearTimeout(timer);
          resolve(workers);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(null);
      }, this.#options.timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  async #work(workers: Workers): Promise<Served> {
    this.#working++;
    const { kind } = await workers.work();
    this.#working--;
    this.#handOn(workers);
    return kind === 'done' ? 'processed' : kind;
  }

  #handOn(workers: Workers): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(workers);
      return;
    }
    this.#waiting.delete(next);
    next.begin(workers);
  }
}
