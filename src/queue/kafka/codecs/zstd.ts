import { ZSTDDecoder } from 'zstddec';

/**
 * Zstandard's own C code as WebAssembly. It decodes straight into one buffer of `maxBytes`, so it allocates no window.
 * It also stops at the first sequence that does not fit. A decoder without these checks works for hours on 1 MB.
 */
const decoder = new ZSTDDecoder();
await decoder.init();

/** @throws if the data is not a Zstandard frame, or its content exceeds the limit */
export function unpackZstd(packed: Uint8Array, maxBytes: number): Uint8Array {
  const unpacked = decoder.decode(packed, maxBytes);
  // The library returns nothing for every error. A batch is never compressed when it has no records.
  if (unpacked.length > 0) return unpacked;
  throw new Error(`the batch is not valid Zstandard, or unpacks to more than ${maxBytes} bytes`);
}
