/** Takes a compressed batch apart, or throws when it would have more than `maxBytes`. */
export type Unpack = (packed: Uint8Array, maxBytes: number) => Uint8Array;

export function tooLarge(maxBytes: number): Error {
  return new Error(`the batch unpacks to more than ${maxBytes} bytes`);
}
