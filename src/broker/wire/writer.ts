import { MAX_RESPONSE_BYTES } from '../limits.ts';
import { ProtocolError } from './reader.ts';

const INITIAL_BYTES = 256;
/** Buffers of at least this size are sent without a copy. */
const REFERENCED_BYTES = 4_096;

/** Writes the primitive types of the Kafka protocol. Does not copy large buffers, such as record batches. */
export class Writer {
  #done: Buffer[] = [];
  #current = Buffer.allocUnsafe(INITIAL_BYTES);
  #position = 0;
  #writtenBytes = 0;

  int8(value: number): void {
    const position = this.#advance(1);
    this.#current.writeInt8(value, position);
  }

  int16(value: number): void {
    const position = this.#advance(2);
    this.#current.writeInt16BE(value, position);
  }

  int32(value: number): void {
    const position = this.#advance(4);
    this.#current.writeInt32BE(value, position);
  }

  int64(value: number): void {
    const position = this.#advance(8);
    const high = Math.floor(value / 2 ** 32);
    this.#current.writeInt32BE(high, position);
    this.#current.writeUInt32BE(value - high * 2 ** 32, position + 4);
  }

  bytes(value: Buffer): void {
    if (value.length >= REFERENCED_BYTES) {
      this.#count(value.length);
      this.#flush();
      this.#done.push(value);
    } else {
      const position = this.#advance(value.length);
      value.copy(this.#current, position);
    }
  }

  /** Returns all bytes written so far, in order, and starts a new message. */
  take(): Buffer[] {
    this.#flush();
    const buffers = this.#done;
    this.#done = [];
    return buffers;
  }

  #flush(): void {
    if (this.#position === 0) return;
    this.#done.push(this.#current.subarray(0, this.#position));
    this.#current = this.#current.subarray(this.#position);
    this.#position = 0;
  }

  #count(bytes: number): void {
    this.#writtenBytes += bytes;
    if (this.#writtenBytes > MAX_RESPONSE_BYTES) {
      throw new ProtocolError(
        `the client sent a request whose answer has more than ${MAX_RESPONSE_BYTES} bytes`,
      );
    }
  }

  /**
   * Reserves space and returns its position. Can replace `#current` by a larger buffer, so call it before using
   * `#current`.
   */
  #advance(bytes: number): number {
    this.#count(bytes);
    if (this.#position + bytes > this.#current.length) this.#grow(bytes);
    const position = this.#position;
    this.#position += bytes;
    return position;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafe(
      Math.max(2 * this.#current.length, this.#position + bytes, INITIAL_BYTES),
    );
    this.#current.copy(larger, 0, 0, this.#position);
    this.#current = larger;
  }
}
