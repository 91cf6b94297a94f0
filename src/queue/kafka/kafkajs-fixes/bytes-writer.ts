/** Writes Kafka's types one after the other into a buffer of known size (https://kafka.apache.org/protocol). */
export class BytesWriter {
  readonly bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.#at = this.bytes.writeInt8(value, this.#at);
  }

  int16(value: number): void {
    this.#at = this.bytes.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.bytes.writeInt32BE(value, this.#at);
  }

  int64(value: number): void {
    this.#at = this.bytes.writeBigInt64BE(BigInt(value), this.#at);
  }

  /** A signed number of up to 32 bits in as few bytes as it needs, in zigzag encoding (KIP-98). */
  varint(value: number): void {
    let rest = zigzag(value);
    while (rest > 0x7f) {
      this.bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.#at++] = rest;
  }

  text(value: string): void {
    this.#at += this.bytes.write(value, this.#at);
  }

  /** Writes the length of the bytes, and then the bytes. The length of null is -1. */
  nullable(value: Buffer | string | null): void {
    if (value === null) {
      this.varint(-1);
    } else if (typeof value === 'string') {
      this.varint(Buffer.byteLength(value));
      this.text(value);
    } else {
      this.varint(value.length);
      this.bytes.set(value, this.#at);
      this.#at += value.length;
    }
  }
}

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest >>>= 7) bytes++;
  return bytes;
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
