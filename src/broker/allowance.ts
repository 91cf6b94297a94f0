/** A limited amount that several objects share, such as the memory of all groups. */
export class Allowance {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get used(): number {
    return this.#used;
  }

  hasRoomFor(amount: number): boolean {
    return amount <= 0 || this.#used + amount <= this.#max;
  }

  /** Adds the amount to the used amount. A negative amount makes room again. */
  take(amount: number): void {
    this.#used += amount;
  }
}
