import { Decompress } from 'fzstd';
import { tooLarge } from './unpack.ts';

/** @throws if the data is not a Zstandard frame, or its content exceeds the limit */
export function unpackZstd(packed: Uint8Array, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  });
  stream.push(packed, true);
  return Buffer.concat(chunks);
}
