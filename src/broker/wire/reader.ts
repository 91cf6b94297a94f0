import { MAX_REQUEST_ITEMS } from '../limits.ts';

/** The error for a client that broke the protocol. The broker closes only the connection of that client. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Reads the basic types of the Kafka protocol from one frame. Throws ProtocolError if the frame ends too early. */
export class WireReader {
  readonly #buffer: Buffer;
  #position = 0;
  #items = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get remaining(): number {
    return this.#buffer.length - this.#position;
  }

  /** Number of array items that the frame has announced so far. */
  get items(): number {
    return this.#items;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }

  /**
   * Reads a 64-bit integer as a number. Values above 2^53 − 1 are read as 2^53 − 1, which is above every possible
   * offset and time.
   */
  int64(): number {
    const position = this.#advance(8);
    const value = this.#buffer.readInt32BE(position) * 2 ** 32 + this.#buffer.readUInt32BE(position + 4);
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
  }

  /** Returns the next bytes without a copy: they share their memory with the frame. */
  bytes(length: number): Buffer {
    const position = this.#advance(length);
    return this.#buffer.subarray(position, position + length);
  }

  /**
   * Reads the length of an array; −1 means null. Throws if the frame is too short for that many items, or if the
   * request has too many items in total.
   */
  arrayLength(): number {
    const length = this.int32();
    this.#items += Math.max(0, length);
    if (length < -1 || length > this.remaining || this.#items > MAX_REQUEST_ITEMS) {
      throw new ProtocolError(
        `the client announced an array of ${length} items, but the request cannot have so many`,
      );
    }
    return length;
  }

  #advance(bytes: number): number {
    if (bytes < 0 || bytes > this.remaining) {
      throw new ProtocolError(
        `the client sent a request that is too short: ${bytes} bytes were expected, ${this.remaining} are left`,
      );
    }
    const position = this.#position;
    this.#position += bytes;
    return position;
  }
}
