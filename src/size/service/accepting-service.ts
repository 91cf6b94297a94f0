import { workOf } from '../../capacity/capacity.ts';
import type { Outage } from '../../capacity/outages.ts';
import { numberHeap } from '../structures/heap.ts';
import { type Random, seededRandom } from '../structures/random.ts';
import { drawWork } from './draw-work.ts';
import { Instances } from './instances.ts';
import type { Service } from './service.ts';

/** A service that answers its senders itself, with no queue between: what waits is bounded in number and time. */
export interface DirectService extends Service {
  /** Requests that may wait for a free hand; more are refused. */
  readonly acceptQueue: number;
  /** How long a request may wait for its work to begin. */
  readonly timeoutMs: number;
}

export type Answer =
  | {
      readonly kind: 'processed' | 'failed' | 'refused' | 'timed-out' | 'interrupted';
      readonly atMs: number;
      /** Null: none began. */
      readonly workStartMs: number | null;
    }
  /** Nothing listens until then. */
  | {
      readonly kind: 'unreachable';
      readonly atMs: number;
      readonly workStartMs: null;
      readonly untilMs: number;
    };

const NEVER: Outage = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/**
 * Answers one request after the other, in the order of arrival. In an outage nothing listens, and what it meets is
 * broken off; a request whose work fails is not tried again.
 */
export class AcceptingService {
  readonly #service: DirectService;
  readonly #slots: number;
  readonly #nextFailure: Random;
  readonly #nextWorkMs: () => number;
  /** When each request that waits or is in work will have its answer. */
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

  /** @param arrivalMs not before the one before it */
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
    if (finishMs > awayMs) {
      return { kind: 'interrupted', atMs: awayMs, workStartMs: startMs < awayMs ? startMs : null };
    }
    const failed = this.#nextFailure() < this.#service.failShare;
    return { kind: failed ? 'failed' : 'processed', atMs: finishMs, workStartMs: startMs };
  }
}
