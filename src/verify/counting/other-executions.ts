import { isWithin, type RowWindow } from '../row-window.ts';

/** Eight bytes each. */
const MAX_TIMES = 2 ** 20;

/** How many messages of a run's id are of another execution, by when they were sent. */
export interface OtherExecutionsCount {
  /** Before this execution began, or after it ended: no row of it can mean them. */
  readonly apart: number;
  /** While it was sent: two senders used the id at once, or the samples are of another run. */
  readonly among: number;
}

export function sumOfOthers(a: OtherExecutionsCount, b: OtherExecutionsCount): OtherExecutionsCount {
  return { apart: a.apart + b.apart, among: a.among + b.among };
}

/** When the messages were sent that carry the id of a run and do not fit its rows. */
export class OtherExecutions {
  #times = new Float64Array(64);
  #count = 0;
  /** Beyond those that are kept. */
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

  /** One that was sent when this execution surely did not send. */
  addApart(): void {
    this.#apart++;
  }

  /** What there is no room for may be of any time. */
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
