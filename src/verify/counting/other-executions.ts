import { isWithin, type RowWindow } from '../row-window.ts';

/** Maximum number of send times that are kept, eight bytes each. */
const MAX_TIMES = 2 ** 20;

/** Number of messages with the run's ID that belong to other executions, grouped by send time. */
export interface OtherExecutionsCount {
  /** Sent before this execution began, or after it ended. No row can describe them. */
  readonly apart: number;
  /** Sent during this execution: two senders used the ID at once, or the samples belong to another run. */
  readonly among: number;
}

export function sumOfOthers(a: OtherExecutionsCount, b: OtherExecutionsCount): OtherExecutionsCount {
  return { apart: a.apart + b.apart, among: a.among + b.among };
}

/** The send times of messages with the run's ID that do not fit its rows. */
export class OtherExecutions {
  #times = new Float64Array(64);
  #count = 0;
  /** Number of messages above the limit. */
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

  /** Counts a message that was sent before or after this execution. */
  addApart(): void {
    this.#apart++;
  }

  /** Messages above the limit count as sent during the period, because their send times are not kept. */
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
