/** Facts about messages are stored in slots, and a page has 2^PAGE_BITS slots. */
const PAGE_BITS = 14;
export const PAGE_SLOTS = 1 << PAGE_BITS;

export function pageOf(slot: number): number {
  return slot >>> PAGE_BITS;
}

export function indexOf(slot: number): number {
  return slot & (PAGE_SLOTS - 1);
}
