import { type Identity, MAX_INDEX, MAX_PER_PLAN } from '../../../message/identity.ts';

/**
 * Arranges the messages of a run in streams. A stream has all messages of one thread, loop by loop. If the number of
 * requests is not known, each request has its own stream (`requests` is 1). A request number that is invalid because of
 * damage has its own stream, too. A stream is divided into blocks of 1, 1, 2, 4 and so on up to 64 slots. So short
 * threads need little memory, and long threads need few blocks.
 */

const STREAMS_PER_THREAD = MAX_PER_PLAN + 1;
/** Number of blocks in which the size doubles: the blocks 1 to 6 have 1, 2, 4, 8, 16 and 32 slots. */
const DOUBLING_BLOCKS = 6;
const MAX_BLOCK_SLOTS = 2 ** DOUBLING_BLOCKS;

/** Returns a number for the stream of a message. Sorting these numbers sorts by group, thread and request. */
export function streamKey({ group, thread, request }: Identity, requests: number): number {
  return (group * MAX_INDEX + thread) * STREAMS_PER_THREAD + Math.floor((request - 1) / requests);
}

/**
 * Returns a number for the thread of a message, the same for all streams of this thread. A stream has messages of one
 * thread.
 */
export function threadKey(streamKey: number): number {
  return Math.floor(streamKey / STREAMS_PER_THREAD);
}

export function groupOf(streamKey: number): number {
  return Math.floor(threadKey(streamKey) / MAX_INDEX);
}

/** Returns the index of a message in its stream, from 0. */
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

/** Returns the number of the block, within a stream, that contains the message with this index in the stream. */
export function blockOf(index: number): number {
  if (index < MAX_BLOCK_SLOTS) return 32 - Math.clz32(index);
  return DOUBLING_BLOCKS + Math.floor(index / MAX_BLOCK_SLOTS);
}

export function blockStart(block: number): number {
  if (block > DOUBLING_BLOCKS) return (block - DOUBLING_BLOCKS) * MAX_BLOCK_SLOTS;
  return block === 0 ? 0 : 2 ** (block - 1);
}

export function blockSlots(block: number): number {
  return blockStart(block + 1) - blockStart(block);
}
