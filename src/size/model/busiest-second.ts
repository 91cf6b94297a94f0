const SLOTS = 10;
const SLOT_MS = 1000 / SLOTS;

/** Finds the largest number of events within one second. Compares the seconds that begin at multiples of 100 ms. */
export class BusiestSecond {
  readonly #slots = new Array<number>(SLOTS).fill(0);
  #slot = 0;
  #inWindow = 0;
  #most = 0;

  get count(): number {
    return this.#most;
  }

  /**
   * Counts one event.
   * @param atMs time of the event, not earlier than in the last call
   */
  add(atMs: number): void {
    this.#moveTo(Math.max(this.#slot, Math.floor(atMs / SLOT_MS)));
    const index = this.#slot % SLOTS;
    this.#slots[index] = (this.#slots[index] ?? 0) + 1;
    this.#inWindow++;
    this.#most = Math.max(this.#most, this.#inWindow);
  }

  #moveTo(slot: number): void {
    for (let steps = Math.min(SLOTS, slot - this.#slot); steps > 0; steps--) {
      const index = (slot - steps + 1) % SLOTS;
      this.#inWindow -= this.#slots[index] ?? 0;
      this.#slots[index] = 0;
    }
    this.#slot = slot;
  }
}
