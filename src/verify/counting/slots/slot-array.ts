import { indexOf, PAGE_SLOTS, pageOf } from './page-size.ts';

/**
 * One number for each slot, the place where the facts of one message are stored. A number is 0 until it is
 * set. Pages are allocated when a number in them is set.
 */
export class SlotArray<Numbers extends Uint8Array | Float64Array> {
  readonly #newPage: (slots: number) => Numbers;
  #pages: Numbers[] = [];

  constructor(newPage: (slots: number) => Numbers) {
    this.#newPage = newPage;
  }

  get(slot: number): number {
    return this.#pages[pageOf(slot)]?.[indexOf(slot)] ?? 0;
  }

  set(slot: number, value: number): void {
    const number = pageOf(slot);
    const page = this.#pages[number] ?? this.#newPage(PAGE_SLOTS);
    this.#pages[number] = page;
    page[indexOf(slot)] = value;
  }

  clear(): void {
    this.#pages = [];
  }
}
