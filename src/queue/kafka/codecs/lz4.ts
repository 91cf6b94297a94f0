import lz4 from 'lz4js';
import { tooLarge } from './unpack.ts';

/** First bytes of LZ4's frame format, which producers write (LZ4's lz4_Frame_format.md). */
const MAGIC = 0x184d2204;
const FLAGS_AT = 4;
const BLOCK_SIZE_AT = 5;
const DESCRIPTOR_BYTES = 7;
const HAS_BLOCK_SUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const CONTENT_SIZE_BYTES = 8;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const UNPACKED_BIT = 0x80000000;
const WORD_BYTES = 4;
/** The codes 4 to 7 for the block size mean 64 KiB, 256 KiB, 1 MiB and 4 MiB. */
const MIN_SIZE_CODE = 4;

interface Block {
  readonly start: number;
  readonly length: number;
  readonly isPacked: boolean;
}

/**
 * Decompresses an LZ4 frame. qbl splits the frame into blocks itself. The library reads far past the end of a block
 * with a wrong length, which takes minutes.
 * @throws if the data is not an LZ4 frame, or its content exceeds the limit
 */
export function unpackLz4(packed: Uint8Array, maxBytes: number): Uint8Array {
  const frame = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const maxBlockBytes = blockBound(frame);
  const blocks = blocksOf(frame, maxBlockBytes);
  const bound = blocks.reduce((sum, { length, isPacked }) => sum + (isPacked ? maxBlockBytes : length), 0);
  if (bound > maxBytes) throw tooLarge(maxBytes);
  const unpacked = Buffer.alloc(bound);
  let end = 0;
  for (const { start, length, isPacked } of blocks) {
    const before = end;
    if (isPacked) end = lz4.decompressBlock(frame, unpacked, start, length, end);
    else end += frame.copy(unpacked, end, start, start + length);
    if (end - before > maxBlockBytes) throw new Error('an LZ4 block is longer than its frame allows');
  }
  return unpacked.subarray(0, end);
}

function blockBound(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== MAGIC) throw new Error('not an LZ4 frame');
  if ((frame.readUInt8(FLAGS_AT) & VERSION_MASK) !== VERSION) throw new Error('an unknown version of LZ4');
  const code = (frame.readUInt8(BLOCK_SIZE_AT) >> 4) & 7;
  if (code < MIN_SIZE_CODE) throw new Error('an LZ4 frame without a block size');
  return 2 ** (2 * code + 8);
}

function blocksOf(frame: Buffer, maxBlockBytes: number): Block[] {
  const flags = frame.readUInt8(FLAGS_AT);
  const sumBytes = flags & HAS_BLOCK_SUM ? WORD_BYTES : 0;
  const blocks: Block[] = [];
  for (let at = DESCRIPTOR_BYTES + (flags & HAS_CONTENT_SIZE ? CONTENT_SIZE_BYTES : 0); ; ) {
    const word = frame.readUInt32LE(at);
    if (word === 0) return blocks;
    const isPacked = word < UNPACKED_BIT;
    const length = isPacked ? word : word - UNPACKED_BIT;
    const start = at + WORD_BYTES;
    at = start + length + sumBytes;
    if (length > maxBlockBytes || at > frame.length) throw new Error('an LZ4 block is cut off');
    blocks.push({ start, length, isPacked });
  }
}
