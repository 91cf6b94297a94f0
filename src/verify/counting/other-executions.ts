import { isWithin, type RowWindow } from '../row-window.ts';

/** Maximum number of send times that are kept. Each takes eight bytes. */
const MAX_TIMES = 2 ** 20;

/** Number of messages with the run's ID that come from another sender, which used the same ID. */
export interface OtherExecutionsCount {
  /** Number of messages sent before this run began or after this run ended. The run has no rows for these messages. */
  readonly apart: number;
  /**
   * Number of messages sent during this run. Either two senders used the ID at the same time, or the samples
   * belong to another run.
   */
  readonly among: number;
}

export function sumOfOthers(a: OtherExecutionsCount, b: OtherExecutionsCount): OtherExecutionsCount {
  return { apart: a.apart + b.apart, among: a.among + b.among };
}

/** Send times of messages that have the run's ID but do not fit the rows of the run. */
export class OtherExecutions {
  #times = new Float64Array(64);
  #count = 0;
  /** Number of messages whose send times are not kept because of the limit. */
  #more = 0;
  #apart = 0;

  add(sentAtMs: number): void {
    if (this.#count === MAX_TIMES) {
      this.#more++;
      return;
    }
    if (this.#count === this.#times.length) this.#grow();
    this.#times[this.#count++] = sentAtMs;
  }

  /** Counts a message that was sent before this run began or after this run ended. */
  addApart(): void {
    this.#apart++;
  }

  /**
   * Returns the counts: messages sent before or after the period, and messages sent in it. Messages whose
   * send times are not kept count as sent in the period.
   */
  countFor(period: RowWindow): OtherExecutionsCount {
    let among = this.#more;
    for (const sentAtMs of this.#times.subarray(0, this.#count)) if (isWithin(sentAtMs, period)) among++;
    return { among, apart: this.#apart + this.#count + this.#more - among };
  }

  #grow(): void {
    const larger = new Float64Array(this.#times.length * 2);
    larger.set(this.#times);
    this.#times = larger;
  }
}
