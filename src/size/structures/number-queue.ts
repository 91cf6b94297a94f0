const FIRST_CAPACITY = 1024;

/** A first-in, first-out queue of numbers. Its memory doubles when it is full. */
export class NumberQueue {
  #ring = new Float64Array(FIRST_CAPACITY);
  #head = 0;
  size = 0;

  push(value: number): void {
    if (this.size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.size) % this.#ring.length] = value;
    this.size += 1;
  }

  /** The oldest number. Infinity if the queue is empty. */
  get first(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.#ring[this.#head] as number);
  }

  shift(): number {
    const first = this.first;
    this.#head = (this.#head + 1) % this.#ring.length;
    this.size -= 1;
    return first;
  }

  #grow(): void {
    const larger = new Float64Array(this.#ring.length * 2);
    larger.set(this.#ring.subarray(this.#head));
    larger.set(this.#ring.subarray(0, this.#head), this.#ring.length - this.#head);
    this.#ring = larger;
    this.#head = 0;
  }
}
