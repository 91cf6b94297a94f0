import { snappyUncompressor } from 'hysnappy';
import { tooLarge } from './unpack.ts';

/**
 * First bytes of the frame in which Kafka's Java client puts its blocks (xerial snappy-java, SnappyCodec). Two version
 * numbers follow them.
 */
const FRAME_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEADER_BYTES = FRAME_MAGIC.length + 8;

const unpackBlock = snappyUncompressor();

/**
 * Decompresses snappy data.
 * @throws if the data is not snappy, or its content exceeds the limit
 */
export function unpackSnappy(packed: Uint8Array, maxBytes: number): Uint8Array {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (!bytes.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC)) return unpackOne(bytes, maxBytes);
  const blocks: Uint8Array[] = [];
  let left = maxBytes;
  for (let at = FRAME_HEADER_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const block = unpackOne(bytes.subarray(at + 4, at + 4 + length), left);
    blocks.push(block);
    left -= block.length;
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function unpackOne(block: Uint8Array, maxBytes: number): Uint8Array {
  const length = unpackedLength(block);
  if (length > maxBytes) throw tooLarge(maxBytes);
  // Copies the result, because the library overwrites its memory in the next call.
  return Uint8Array.from(unpackBlock(block, length));
}

/** Reads the length of the decompressed block from the varint at its start (snappy's format_description.txt). */
function unpackedLength(block: Uint8Array): number {
  let length = 0;
  for (const [i, byte] of block.subarray(0, 5).entries()) {
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new Error('not a snappy block');
}
