import { hash } from 'node:crypto';

/** Up to this number of bytes, a loop copies faster than one native call. */
const LONG_BYTES = 64;

/** Size of the first buffer. Most messages are shorter, so few runs need a larger buffer. */
const SHORT_BYTES = 4096;

/**
 * The input of a checksum, collected as bytes. It grows to the size of the largest message and is used again for each
 * message, because creating strings and buffers costs more than the hash itself.
 */
export class ChecksumInput {
  #bytes = Buffer.allocUnsafe(SHORT_BYTES);
  #length = 0;
  /**
   * Buffers that share the memory of `#bytes`, by their length. Creating a buffer is slow, and the inputs of a run have
   * only a few different lengths.
   */
  #views: (Buffer | undefined)[] = [];

  clear(): void {
    this.#length = 0;
  }

  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Adds the bytes of `from` between two positions. */
  add(from: Buffer, start = 0, end = from.length): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let length = this.#length;
    if (end - start > LONG_BYTES) length += from.copy(bytes, length, start, end);
    else for (let at = start; at < end; at++) bytes[length++] = from[at] ?? 0;
    this.#length = length;
  }

  /** The checksum of the collected bytes: MD5 in lower-case hex. */
  checksum(): string {
    return hash('md5', this.#view());
  }

  #view(): Buffer {
    const length = this.#length;
    const known = length < SHORT_BYTES ? this.#views[length] : undefined;
    if (known !== undefined) return known;
    const view = this.#bytes.subarray(0, length);
    if (length < SHORT_BYTES) this.#views[length] = view;
    return view;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    this.#views = [];
  }
}
