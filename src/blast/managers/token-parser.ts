/**
 * Reads a header value from left to right. Drops white space around words, and writes white space between words as one
 * space. Source: HttpCore's TokenParser.java.
 */
export class TokenParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Returns the next character and skips it. Empty at the end. */
  skip(): string {
    return this.#text[this.#at++] ?? '';
  }

  /** Reads up to one of the delimiters. */
  token(delimiters: string): string {
    return this.#words(() => this.#until(delimiters + WHITE_SPACE), delimiters);
  }

  /** Reads up to one of the delimiters. Quotes are removed, and a quoted part can contain delimiters. */
  value(delimiters: string): string {
    const word = () =>
      this.#text[this.#at] === '"' ? this.#quoted() : this.#until(`${delimiters}"${WHITE_SPACE}`);
    return this.#words(word, delimiters);
  }

  #words(word: () => string, delimiters: string): string {
    let text = '';
    let isSpaced = false;
    while (!this.atEnd && !delimiters.includes(this.#text[this.#at] ?? '')) {
      if (WHITE_SPACE.includes(this.#text[this.#at] ?? '')) {
        this.#at++;
        isSpaced = true;
        continue;
      }
      text += (isSpaced && text !== '' ? ' ' : '') + word();
      isSpaced = false;
    }
    return text;
  }

  #until(ends: string): string {
    const start = this.#at;
    while (!this.atEnd && !ends.includes(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #quoted(): string {
    let text = '';
    let isEscaped = false;
    for (this.#at++; !this.atEnd; this.#at++) {
      const character = this.#text[this.#at] ?? '';
      if (isEscaped) {
        text += character === '"' || character === '\\' ? character : `\\${character}`;
        isEscaped = false;
      } else if (character === '"') {
        this.#at++;
        break;
      } else if (character === '\\') isEscaped = true;
      else if (character !== '\r' && character !== '\n') text += character;
    }
    return text;
  }
}

const WHITE_SPACE = ' \t\r\n';
