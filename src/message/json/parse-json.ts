import { type Json, type JsonMember, JsonObject } from './json.ts';

/**
 * The parsed value, the position where the text stops being JSON, or the fact that the text has more values than qbl
 * reads.
 */
export type Parsed =
  | { readonly value: Json }
  | { readonly failedAt: number }
  | { readonly hasTooManyValues: true };

/**
 * Maximum number of values in one text. A compressed message of a few kilobytes can have millions of values, which
 * would not fit into memory. A message of 1 MB, Kafka's default limit, has at most half a million values.
 */
export const MAX_JSON_VALUES = 1_000_000;

/** Parses JSON (RFC 8259) without recursion, because outside text can be nested to any depth. */
export function parseJson(text: string): Parsed {
  try {
    return { value: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof Unexpected) return { failedAt: error.at };
    if (error instanceof TooManyValues) return { hasTooManyValues: true };
    throw error;
  }
}

class Unexpected extends Error {
  readonly at: number;

  constructor(at: number) {
    super();
    this.at = at;
  }
}

class TooManyValues extends Error {}

type Open =
  | { readonly items: Json[]; readonly members: null }
  | { readonly items: null; readonly members: JsonMember[]; name: string };

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const LITERALS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Parser {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Json {
    for (;;) {
      const value = this.#opened();
      if (value === undefined) continue;
      const whole = this.#closed(value);
      if (whole !== undefined) return whole;
    }
  }

  /**
   * Reads the next value and returns it. If the value is a non-empty array or object, reads only its start and returns
   * undefined.
   */
  #opened(): Json | undefined {
    if (++this.#values > MAX_JSON_VALUES) throw new TooManyValues();
    const next = this.#next();
    if (next === '"') return this.#string();
    if (next !== '{' && next !== '[') return this.#scalar();
    this.#at++;
    if (next === '{') {
      if (this.#skips('}')) return new JsonObject([]);
      this.#open.push({ items: null, members: [], name: this.#name() });
    } else {
      if (this.#skips(']')) return [];
      this.#open.push({ items: [], members: null });
    }
    return undefined;
  }

  /**
   * Adds a value to the innermost open array or object. Closes each array or object that ends after this value.
   * Returns undefined if more values follow.
   */
  #closed(complete: Json): Json | undefined {
    let value = complete;
    for (;;) {
      const open = this.#open.at(-1);
      if (open === undefined) return this.#atEnd(value);
      if (open.members === null) open.items.push(value);
      else open.members.push([open.name, value]);
      if (this.#skips(',')) {
        if (open.members !== null) open.name = this.#name();
        return undefined;
      }
      if (!this.#skips(open.members === null ? ']' : '}')) throw new Unexpected(this.#at);
      this.#open.pop();
      value = open.members === null ? open.items : new JsonObject(open.members);
    }
  }

  #atEnd(value: Json): Json {
    if (this.#next() !== undefined) throw new Unexpected(this.#at);
    return value;
  }

  #name(): string {
    if (this.#next() !== '"') throw new Unexpected(this.#at);
    const name = this.#string();
    if (!this.#skips(':')) throw new Unexpected(this.#at);
    return name;
  }

  #scalar(): Json {
    const number = this.#token(NUMBER);
    if (number !== null) return Number(number);
    const literal = this.#token(LITERAL);
    if (literal === null) throw new Unexpected(this.#at);
    return LITERALS[literal] ?? null;
  }

  #string(): string {
    const start = this.#at++;
    let isPlain = true;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        isPlain = false;
        if (this.#token(ESCAPE) === null) throw new Unexpected(this.#at);
      } else if (code >= 0x20) this.#at++;
      else throw new Unexpected(this.#at);
    }
    this.#at++;
    if (isPlain) return this.#text.slice(start + 1, this.#at - 1);
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  #token(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0] ?? null;
    if (token !== null) this.#at += token.length;
    return token;
  }

  /** The next character that is not white space. */
  #next(): string | undefined {
    this.#token(SPACE);
    return this.#text[this.#at];
  }

  #skips(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at++;
    return true;
  }
}
