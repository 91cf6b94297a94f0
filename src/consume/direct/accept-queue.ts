import type { Workers } from '../working/workers.ts';

/** What happened to a request to a service without a queue. */
export type Served = 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';

export interface AcceptQueueOptions {
  readonly instances: readonly Workers[];
  /** Number of requests that each instance processes at the same time. */
  readonly concurrency: number;
  /** Maximum number of waiting requests. Further requests are refused. */
  readonly maxWaiting: number;
  /** Longest time that a request waits until its work starts. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly begin: (workers: Workers) => void;
}

/** A queue of requests in the order of arrival. It limits their number and their waiting time. */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  readonly #waiting = new Set<Waiting>();
  /** The instances that can take a request. An instance is listed once for each request that it can take. */
  readonly #free: Workers[];
  #working = 0;

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
    const { instances, concurrency } = options;
    this.#free = Array.from({ length: concurrency }, () => instances).flat();
  }

  /** Number of requests that wait or are processed. */
  get pending(): number {
    return this.#waiting.size + this.#working;
  }

  /** Waits for a free instance, then for the end of its work on the request. Never rejects. */
  async serve(): Promise<Served> {
    const { maxWaiting } = this.#options;
    const free = this.#free.pop();
    if (free !== undefined) return this.#work(free);
    if (this.#waiting.size >= maxWaiting) return 'refused';
    const workers = await this.#wait();
    return workers === null ? 'timed-out' : this.#work(workers);
  }

  /** Waits for a free instance. Resolves with null if none was free in time. */
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
