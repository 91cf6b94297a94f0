import { workOf } from '../../capacity/capacity.ts';
import type { Outage } from '../../capacity/outages.ts';
import { numberHeap } from '../structures/heap.ts';
import { type Random, seededRandom } from '../structures/random.ts';
import { drawWork } from './draw-work.ts';
import { Instances } from './instances.ts';
import type { Service } from './service.ts';

/**
 * A service without a queue, which answers its senders itself. It limits the number of waiting requests and their
 * waiting time.
 */
export interface DirectService extends Service {
  /** Largest number of requests that wait to be processed. Further requests are refused. */
  readonly acceptQueue: number;
  /** Longest time that a request waits until its work starts. */
  readonly timeoutMs: number;
}

export type Answer =
  | {
      readonly kind: 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';
      readonly atMs: number;
      /** Time when the work started. Null if it did not start. */
      readonly workStartMs: number | null;
    }
  /** The service does not listen until the time `untilMs`, because of an outage. */
  | {
      readonly kind: 'unreachable';
      readonly atMs: number;
      readonly workStartMs: null;
      readonly untilMs: number;
    };

const NEVER: Outage = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/**
 * Simulates the answers of the service, in the order of arrival. An outage ends all waiting requests and all work.
 * During an outage, the service does not listen. The service makes only one attempt for each request.
 */
export class AcceptingService {
  readonly #service: DirectService;
  readonly #slots: number;
  readonly #nextFailure: Random;
  readonly #nextWorkMs: () => number;
  /** Times at which the requests in the service get their answers. */
  readonly #pendingMs = numberHeap();
  #outage = 0;
  #instances: Instances;
  peakPending = 0;

  constructor(service: DirectService, seed: number) {
    this.#service = service;
    this.#nextFailure = seededRandom(seed, 'failures');
    this.#slots = service.instances * service.concurrency;
    this.#nextWorkMs = drawWork(workOf(service).work, seededRandom(seed, 'work'));
    this.#instances = new Instances(service);
  }

  /**
   * Returns the answer to a request.
   * @param arrivalMs arrival time, not earlier than in the last call
   */
  answer(arrivalMs: number): Answer {
    const { outages, acceptQueue } = this.#service;
    for (let over = outages[this.#outage]; over !== undefined && over.toMs <= arrivalMs; ) {
      this.#instances = new Instances(this.#service);
      over = outages[++this.#outage];
    }
    const { fromMs: awayMs, toMs: untilMs } = outages[this.#outage] ?? NEVER;
    if (arrivalMs >= awayMs) return { kind: 'unreachable', atMs: arrivalMs, workStartMs: null, untilMs };
    while ((this.#pendingMs.least ?? Number.POSITIVE_INFINITY) <= arrivalMs) this.#pendingMs.pop();
    const isFull = this.#pendingMs.size >= this.#slots + acceptQueue;
    if (isFull) return { kind: 'refused', atMs: arrivalMs, workStartMs: null };
    const answer = this.#serve(arrivalMs, awayMs);
    this.#pendingMs.push(answer.atMs);
    this.peakPending = Math.max(this.peakPending, this.#pendingMs.size);
    return answer;
  }

  #serve(arrivalMs: number, awayMs: number): Answer {
    const timeoutAtMs = arrivalMs + this.#service.timeoutMs;
    const startMs = this.#instances.nextStartMs(arrivalMs);
    if (startMs > timeoutAtMs && timeoutAtMs <= awayMs) {
      return { kind: 'timed-out', atMs: timeoutAtMs, workStartMs: null };
    }
    const { finishMs } = this.#instances.take(arrivalMs, this.#nextWorkMs);
    // Work that takes no time could end exactly when the outage starts, but such work does not start.
    if (finishMs > awayMs || startMs >= awayMs) {
      return { kind: 'interrupted', atMs: awayMs, workStartMs: startMs < awayMs ? startMs : null };
    }
    const failed = this.#nextFailure() < this.#service.failShare;
    return { kind: failed ? 'failed' : 'processed', atMs: finishMs, workStartMs: startMs };
  }
}
