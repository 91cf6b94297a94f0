import type { OnSampleError } from '../../plan/plan.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Position } from '../flow/position.ts';

export interface Loops {
  /** Number of loops. Null if the group loops without an end. */
  readonly loops: number | null;
  readonly requests: number;
  readonly onSampleError: OnSampleError;
}

/**
 * The position of a thread in its loops. Computes the next position after each sample. Numbers count from 1.
 */
export class LoopController implements Position {
  readonly #group: Loops;
  readonly #onIteration: () => void;
  #loop = 1;
  #request = 1;
  #ended: boolean;
  #isCut = false;

  /** @param onIteration called at the start of each loop */
  constructor(group: Loops, onIteration: () => void = () => {}) {
    this.#group = group;
    this.#onIteration = onIteration;
    this.#ended = group.loops === 0 || group.requests === 0;
  }

  get loop(): number {
    return this.#loop;
  }

  get request(): number {
    return this.#request;
  }

  get groupLoop(): number {
    return this.#loop;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** True if a failed sample ended the loops before their last request. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Moves to the first request. */
  start(): void {
    if (!this.#ended) this.#onIteration();
  }

  /** Moves to the next request. After a failed sample, `onSampleError` of the group decides what comes next. */
  advance({ success }: Pick<Exchange, 'success'>): void {
    const mode = success ? 'continue' : this.#group.onSampleError;
    if (mode === 'stopthread' || mode === 'stoptest' || mode === 'stoptestnow') this.#cut();
    else if (mode === 'continue' && this.#request < this.#group.requests) this.#request += 1;
    else this.#startNextLoop();
  }

  /** Nothing is open that the end of the thread must end. */
  cut(): void {}

  #cut(): void {
    this.#isCut = this.#loop !== this.#group.loops || this.#request < this.#group.requests;
    this.#ended = true;
  }

  #startNextLoop(): void {
    if (this.#group.loops !== null && this.#loop >= this.#group.loops) {
      this.#ended = true;
      return;
    }
    [this.#loop, this.#request] = [this.#loop + 1, 1];
    this.#onIteration();
  }
}
