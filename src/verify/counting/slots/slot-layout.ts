import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../../../message/identity.ts';

/**
 * Arranges the identities of a run in streams. A stream is what one thread sends: all requests of its group, loop by
 * loop. If the plan does not give the number of requests, each request is its own stream (`requests` is 1). Request
 * numbers that damage made invalid get their own stream too. A stream is divided into blocks that double from one slot
 * to 64. Short threads then need little memory, and long threads need few blocks.
 */

const STREAMS_PER_THREAD = MAX_PER_PLAN + 1;
/** The blocks 1 to 6 have 1, 2, 4, 8, 16 and 32 slots. */
const DOUBLING_BLOCKS = 6;
const MAX_BLOCK_SLOTS = 2 ** DOUBLING_BLOCKS;

/** A key that sorts by group, thread and request. */
export function streamKey({ group, thread, request }: Identity, requests: number): number {
  return (group * MAX_INDEX + thread) * STREAMS_PER_THREAD + Math.floor((request - 1) / requests);
}

/** A key that all streams of a thread share. */
export function threadKey(streamKey: number): number {
  return Math.floor(streamKey / STREAMS_PER_THREAD);
}

export function groupOf(streamKey: number): number {
  return Math.floor(threadKey(streamKey) / MAX_INDEX);
}

/** The index of a message in its stream, starting at 0. */
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

/** The number of the block that contains an index of a stream. */
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
