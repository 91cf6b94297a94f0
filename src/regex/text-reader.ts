/** Reads a text from its start, character by character. */
export class TextReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the next character. Empty at the end. */
  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  next(): string {
    const character = this.peek();
    this.#at++;
    return character;
  }

  skips(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Whether the rest begins with a match of a sticky pattern. */
  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  /** Reads a match of a sticky pattern. Null if the rest does not begin with a match. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}
