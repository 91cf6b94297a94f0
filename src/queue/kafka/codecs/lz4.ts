import lz4 from 'lz4js';
import { tooLarge } from './unpack.ts';

/** @throws when it is no LZ4 frame, or longer than the bound */
export function unpackLz4(packed: Uint8Array, maxBytes: number): Uint8Array {
  const bound = lz4.decompressBound(packed);
  if (bound > maxBytes) throw tooLarge(maxBytes);
  const unpacked = new Uint8Array(bound);
  const length = lz4.decompressFrame(packed, unpacked);
  if (length > bound) throw new Error('the LZ4 frame is longer than it says');
  return unpacked.subarray(0, length);
}
