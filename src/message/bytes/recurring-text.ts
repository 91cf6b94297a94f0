const NOTHING = Buffer.alloc(0);

/**
 * Decodes texts that are often the same as the one before. The last text is kept, because comparing bytes is faster than
 * decoding them.
 */
export class RecurringText {
  #bytes: Buffer = NOTHING;
  #text = '';

  /** Returns the text of the bytes between two positions. */
  of(bytes: Buffer, start: number, end: number): string {
    if (isSame(this.#bytes, bytes, start, end)) return this.#text;
    this.#bytes = Buffer.from(bytes.subarray(start, end));
    this.#text = this.#bytes.toString('utf8');
    return this.#text;
  }
}

function isSame(text: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[start + i]) return false;
  return true;
}
