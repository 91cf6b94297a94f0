/** A set of bytes, such as the digits. The index is a byte, and 1 means that the byte is in the set. */
export type ByteClass = Uint8Array;

/** Returns the bytes that match a pattern, each read as a latin1 character. */
export function byteClass(pattern: RegExp): ByteClass {
  return Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0));
}

const ZERO = 0x30;
const NOTHING = Buffer.alloc(0);

/**
 * Reads bytes step by step, without creating texts. If one step fails, `isDone` stays false. So callers check for a
 * failure only once, at the end.
 */
export class ByteCursor {
  #bytes: Buffer = NOTHING;
  #end = 0;
  #at = 0;
  #failed = false;

  /** Begins to read the bytes between two positions. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#at = start;
    this.#failed = false;
  }

  get at(): number {
    return this.#at;
  }

  /** Whether every step succeeded so far, and no bytes are left. */
  get isDone(): boolean {
    return !this.#failed && this.#at === this.#end;
  }

  skip(text: Uint8Array): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let same = start + text.length <= this.#end;
    for (let i = 0; same && i < text.length; i++) same = bytes[start + i] === text[i];
    if (same) this.#at = start + text.length;
    else this.#failed = true;
  }

  /** Skips bytes that must be equal to the bytes between two earlier positions. Fails if they differ. */
  skipAgain(start: number, end: number): void {
    const bytes = this.#bytes;
    const length = end - start;
    let same = this.#at + length <= this.#end;
    for (let i = 0; same && i < length; i++) same = bytes[this.#at + i] === bytes[start + i];
    if (same) this.#at += length;
    else this.#failed = true;
  }

  /** Skips as many bytes of a class as possible, up to `most`. Fails if there are fewer than `least`. */
  skipRun(allowed: ByteClass, least: number, most = Number.POSITIVE_INFINITY): void {
    const bytes = this.#bytes;
    const limit = Math.min(this.#end, this.#at + most);
    let at = this.#at;
    while (at < limit && allowed[bytes[at] ?? 0] === 1) at++;
    if (at - this.#at < least) this.#failed = true;
    this.#at = at;
  }

  /** Reads decimal digits as a whole number, which is exact up to 2^53. Fails if there are none. */
  digits(most: number): number {
    const bytes = this.#bytes;
    const start = this.#at;
    const limit = Math.min(this.#end, start + most);
    let value = 0;
    let at = start;
    for (; at < limit; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start) this.#failed = true;
    this.#at = at;
    return value;
  }

  /** Reads a whole number in decimal digits. Fails if there is none, or if it has zeros before other digits. */
  number(mostDigits: number): number {
    const start = this.#at;
    const value = this.digits(mostDigits);
    if (this.#bytes[start] === ZERO && this.#at > start + 1) this.#failed = true;
    return value;
  }
}
