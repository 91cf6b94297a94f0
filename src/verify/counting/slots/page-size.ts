/** Facts about slots are stored in pages of this many slots. */
const PAGE_BITS = 14;
export const PAGE_SLOTS = 1 << PAGE_BITS;

export function pageOf(slot: number): number {
  return slot >>> PAGE_BITS;
}

export function indexOf(slot: number): number {
  return slot & (PAGE_SLOTS - 1);
}
