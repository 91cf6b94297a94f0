import { bareValue, unescaped } from './bare-value.ts';
import { NotJson, type Value } from './value.ts';

/** JMeter's parser refuses deeper values. */
const MAX_DEPTH = 400;

const SPACE = /[ \t\n\r]*/y;
const SPACES_AT_END = /(?<![ \t\n\r])[ \t\n\r]+$/;

/**
 * Reads JSON as JMeter does (json-smart, MODE_PERMISSIVE). This parser accepts more than JSON: texts without quotes or
 * in single quotes, a comma after the last element, and anything after a complete value. Of several members with one
 * name, the last one counts. Returns undefined if JMeter cannot read the text either.
 */
export function parseValue(text: string): Value | undefined {
  try {
    return new ValueParser(text).parse();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** The characters that end a text without quotes. */
const ENDS = { text: '', member: ',}', item: ',]', name: ':' } as const;
type Within = keyof typeof ENDS;

class ValueParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the whole text. A text of spaces is an empty string. */
  parse(): Value {
    return this.#next() === undefined ? '' : this.#value('text');
  }

  #value(within: Within): Value {
    if (this.#skips('{')) return this.#deeper(() => this.#members());
    if (this.#skips('[')) return this.#deeper(() => this.#items());
    return this.#quoted() ?? bareValue(this.#bare(within));
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new NotJson();
    const value = read();
    this.#depth--;
    return value;
  }

  #members(): ReadonlyMap<string, Value> {
    const members = new Map<string, Value>();
    while (!this.#skips('}')) {
      const name = this.#quoted() ?? this.#bare('name');
      if (!this.#skips(':')) throw new NotJson();
      members.set(name, this.#value('member'));
      if (!this.#skips(',') && this.#next() !== '}') throw new NotJson();
    }
    return members;
  }

  #items(): readonly Value[] {
    const items: Value[] = [];
    while (!this.#skips(']')) {
      items.push(this.#value('item'));
      if (!this.#skips(',') && this.#next() !== ']') throw new NotJson();
    }
    return items;
  }

  /** Reads a text in quotes. Null if no quotes follow. */
  #quoted(): string | null {
    const quote = this.#next();
    if (quote !== '"' && quote !== "'") return null;
    const start = this.#at + 1;
    let end = start;
    while (this.#text[end] !== quote) {
      if (end >= this.#text.length) throw new NotJson();
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    this.#at = end + 1;
    return unescaped(this.#text.slice(start, end));
  }

  #bare(within: Within): string {
    const next = this.#next();
    if (next === undefined || ':}]'.includes(next)) throw new NotJson();
    const start = this.#at;
    while (this.#at < this.#text.length && !ENDS[within].includes(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at).replace(SPACES_AT_END, '');
  }

  /** The next character that is not a space. */
  #next(): string | undefined {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
    return this.#text[this.#at];
  }

  #skips(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at++;
    return true;
  }
}
