import type { Clock } from '../working/clock.ts';
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
  readonly clock: Clock;
}

interface Waiting {
  readonly begin: (instance: Instance) => void;
}

interface Instance {
  readonly workers: Workers;
  /** Number of requests that the instance has taken and not answered. */
  taken: number;
}

/** A queue of requests in the order of arrival. It limits their number and their waiting time. */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #instances: readonly Instance[];
  #taken = 0;

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
    this.#instances = options.instances.map((workers) => ({ workers, taken: 0 }));
  }

  /** Number of requests that wait or are processed. */
  get pending(): number {
    return this.#waiting.size + this.#taken;
  }

  /** Waits for a free instance, then for the end of its work on the request. Never rejects. */
  async serve(): Promise<Served> {
    const { maxWaiting, timeoutMs, clock } = this.#options;
    const startByMs = clock.now() + timeoutMs;
    const taker = this.#take();
    if (taker !== null) return this.#work(taker, startByMs);
    if (this.#waiting.size >= maxWaiting) return 'refused';
    const instance = await this.#wait();
    return instance === null ? 'timed-out' : this.#work(instance, startByMs);
  }

  /**
   * Lets an instance take a request: the instance that can start the work first. Null if no instance can take a request.
   */
  #take(): Instance | null {
    const { concurrency } = this.#options;
    let first: Instance | null = null;
    for (const instance of this.#instances) {
      if (instance.taken < concurrency && (first === null || isEarlier(instance, first))) first = instance;
    }
    if (first === null) return null;
    first.taken++;
    this.#taken++;
    return first;
  }

  /** Waits for a free instance. Resolves with null if none was free in time. */
  #wait(): Promise<Instance | null> {
    return new Promise((resolve) => {
      const waiting = {
        begin: (instance: Instance) => {
          clearTimeout(timer);
          resolve(instance);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(null);
      }, this.#options.timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  async #work(instance: Instance, startByMs: number): Promise<Served> {
    const { kind } = await instance.workers.work(startByMs);
    this.#taken--;
    instance.taken--;
    this.#handOn();
    if (kind === 'late') return 'timed-out';
    return kind === 'done' ? 'processed' : kind;
  }

  /** Gives the request that has waited longest to a free instance. */
  #handOn(): void {
    const [next] = this.#waiting;
    const taker = next === undefined ? null : this.#take();
    if (next === undefined || taker === null) return;
    this.#waiting.delete(next);
    next.begin(taker);
  }
}

/** Whether an instance can start work earlier than another one, or has fewer requests if both can start at one time. */
function isEarlier({ workers, taken }: Instance, other: Instance): boolean {
  const [ownMs, otherMs] = [workers.nextStartMs, other.workers.nextStartMs];
  return ownMs === otherMs ? taken < other.taken : ownMs < otherMs;
}
