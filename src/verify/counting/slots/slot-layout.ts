import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../../../message/identity.ts';

/**
 * How the identities of a run lie in streams. A stream is what one thread sends: loop by loop, the requests of its
 * group. Where the plan does not say how many these are, each request is a stream of its own (`requests` is 1), and so is
 * what damage makes of a request that is none.
 * A stream is cut into blocks that double from one slot to 64, so that short threads take little and long ones have
 * few blocks.
 */

const STREAMS_PER_THREAD = MAX_PER_PLAN + 1;
/** The blocks 1 to 6 have 1, 2, 4, 8, 16 and 32 slots. */
const DOUBLING_BLOCKS = 6;
const MAX_BLOCK_SLOTS = 2 ** DOUBLING_BLOCKS;

/** Sorts by group, thread and request. */
export function streamKey({ group, thread, request }: Identity, requests: number): number {
  return (group * MAX_INDEX + thread) * STREAMS_PER_THREAD + Math.floor((request - 1) / requests);
}

/** The same for all streams of a thread. */
export function threadKey(streamKey: number): number {
  return Math.floor(streamKey / STREAMS_PER_THREAD);
}

export function groupOf(streamKey: number): number {
  return Math.floor(threadKey(streamKey) / MAX_INDEX);
}

/** Counts from 0. */
export function indexInStream({ loop, request }: Identity, requests: number): number {
  return (loop - 1) * requests + ((request - 1) % requests);
}

export function identityAt(streamKey: number, index: number, requests: number): Omit<Identity, 'run'> {
  return {
    group: groupOf(streamKey),
    thread: threadKey(streamKey) % MAX_INDEX,
    loop: Math.floor(index / requests) + 1,
    request: (streamKey % STREAMS_PER_THREAD) * requests + (index % requests) + 1,
  };
}

/** The number of the block that an index of a stream lies in. */
export function blockOf(index: number): number {
  if (index < MAX_BLOCK_SLOTS) return 32 - Math.clz32(index);
  return DOUBLING_BLOCKS + Math.floor(index / MAX_BLOCK_SLOTS);
}

/** The first index of a block. */
export function blockStart(block: number): number {
  if (block > DOUBLING_BLOCKS) return (block - DOUBLING_BLOCKS) * MAX_BLOCK_SLOTS;
  return block === 0 ? 0 : 2 ** (block - 1);
}

export function blockSlots(block: number): number {
  return blockStart(block + 1) - blockStart(block);
}
