/** The facts about each message are stored under a number, its slot. A page contains the facts of 2^PAGE_BITS slots. */
const PAGE_BITS = 14;
export const PAGE_SLOTS = 1 << PAGE_BITS;

export function pageOf(slot: number): number {
  return slot >>> PAGE_BITS;
}

export function indexOf(slot: number): number {
  return slot & (PAGE_SLOTS - 1);
}
