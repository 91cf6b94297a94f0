/** Decompresses a batch, or throws if the result would exceed `maxBytes`. */
export type Unpack = (packed: Uint8Array, maxBytes: number) => Uint8Array;

export function tooLarge(maxBytes: number): Error {
  return new Error(`the batch decompresses to more than ${maxBytes} bytes`);
}
