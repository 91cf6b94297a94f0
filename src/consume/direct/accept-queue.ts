import type { Workers } from '../working/workers.ts';

/** What became of a request to a service without a queue before it. */
export type Served = 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';

export interface AcceptQueueOptions {
  readonly instances: readonly Workers[];
  /** Of each instance. */
  readonly concurrency: number;
  /** How many requests may wait; more are refused. */
  readonly maxWaiting: number;
  /** How long a request may wait for its work to begin. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly begin: (workers: Workers) => void;
}

/** Requests that wait for the instances of a service, in the order of arrival and bounded in number and time. */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  readonly #waiting = new Set<Waiting>();
  /** One entry for each free slot, of the instance that has it. */
  readonly #free: Workers[];
  #working = 0;

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
    const { instances, concurrency } = options;
    this.#free = Array.from({ length: concurrency }, () => instances).flat();
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
    const workers = await this.#wait();
    return workers === null ? 'timed-out' : this.#work(workers);
  }

  /** Null: the time was over first. */
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
