import { ZSTDDecoder } from 'zstddec';
import type { Unpack } from './unpack.ts';

/**
 * Zstandard's own C code, compiled to WebAssembly. It decodes into one buffer of `maxBytes`, and stops at the
 * first sequence that does not fit. A decoder without this limit can work for hours on 1 MB of input.
 */
const decoder = new ZSTDDecoder();

/** Loads the WebAssembly code on the first call. */
export async function loadZstd(): Promise<Unpack> {
  await decoder.init();
  return unpackZstd;
}

/**
 * Decompresses a Zstandard frame.
 * @throws if the data is not a Zstandard frame, or its content exceeds the limit
 */
function unpackZstd(packed: Uint8Array, maxBytes: number): Uint8Array {
  const unpacked = decoder.decode(packed, maxBytes);
  // The library returns an empty result for every error. A compressed batch always has records, so an empty result is
  // an error.
  if (unpacked.length > 0) return unpacked;
  throw new Error(`the batch is not valid Zstandard, or unpacks to more than ${maxBytes} bytes`);
}
