/** Reads the types of Kafka's protocol from the bytes of an answer. Throws RangeError if the bytes end too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  skip(count: number): void {
    if (count < 0 || count > this.#bytes.length - this.#position) {
      throw new RangeError(
        `${count} bytes expected, but only ${this.#bytes.length - this.#position} are left`,
      );
    }
    this.#position += count;
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#position);
    this.#position += 2;
    return value;
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#position);
    this.#position += 4;
    return value;
  }

  /**
   * Reads a 64-bit integer: an offset, a time or a producer id. Such values are far below 2^53, so a
   * JavaScript number is exact.
   */
  int64(): number {
    const high = this.int32();
    return high * 2 ** 32 + (this.int32() >>> 0);
  }

  /** Reads a VARINT or VARLONG, which Kafka encodes in zigzag form as in Protocol Buffers. */
  varint(): number {
    const value = this.unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  unsignedVarint(): number {
    const first = this.#bytes[this.#position];
    if (first !== undefined && first < 0x80) {
      this.#position++;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes.readUInt8(this.#position++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError('a varint has more than ten bytes');
  }

  /**
   * Returns the next bytes without a copy, so they share their memory with the answer. Returns null for a
   * length of −1.
   */
  bytes(length: number): Buffer | null {
    if (length === -1) return null;
    const start = this.#position;
    this.skip(length);
    return this.#bytes.subarray(start, this.#position);
  }

  /**
   * Reads a COMPACT_STRING or COMPACT_BYTES, which can be null. The stored length is one more than the real
   * length, and 0 means null.
   */
  compactBytes(): Buffer | null {
    return this.bytes(this.unsignedVarint() - 1);
  }

  /**
   * Skips the tagged fields. They are optional, and only flexible versions of a message have them (KIP-482).
   */
  skipTaggedFields(): void {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }

  string(): string {
    return this.bytes(this.int16())?.toString('utf8') ?? '';
  }

  /** Reads an array: calls `readItem` once for each item. A negative length means null and returns no items. */
  array<T>(readItem: () => T): T[] {
    const length = this.int32();
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(readItem());
    return items;
  }
}
