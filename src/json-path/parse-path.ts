import {
  type Comparison,
  type Condition,
  isDefinite,
  JsonPathError,
  type Literal,
  OPERATORS,
  type Path,
  type PathStep,
} from './path.ts';
import { JavaNumber } from './value.ts';

const NAME = /[^\s.[\]()*?@$,:'"\\=<>!&|~]+/y;
const QUOTED = /\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\]/y;
const INDEX = /\s*(-?\d{1,9})\s*\]/y;
const SLICE = /\s*(-?\d{1,9})?\s*:\s*(-?\d{1,9})?\s*\]/y;
const WILDCARD = /\s*\*\s*\]/y;
const FILTER = /\s*\?\s*\(/y;
const FILTER_END = /\s*\)\s*\]/y;
const OPERATOR = new RegExp(`\\s*(${[...OPERATORS].sort((a, b) => b.length - a.length).join('|')})\\s*`, 'y');
const JOIN = /\s*(&&|\|\|)\s*/y;
const TEXT_LITERAL = /'([^'\\]*)'|"([^"\\]*)"/y;
const NUMBER_LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])/y;
const WORD_LITERAL = /(?:true|false|null)\b/y;
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Parses a JSON path as Jayway does, which is JMeter's library (PathCompiler.java).
 * @throws JsonPathError if the path is wrong, or has a part that qbl does not support
 */
export function parsePath(text: string): Path {
  if (text === '') throw new JsonPathError('the path is empty');
  if (text.trim() !== text) throw new JsonPathError('the path begins or ends with a space');
  const whole = text.startsWith('$') ? text : `$.${text}`;
  const reader = new PathReader(whole);
  const path = reader.path('$');
  reader.mustEnd();
  return path;
}

class PathReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads a path that begins with this root. */
  path(root: '$' | '@'): Path {
    if (!this.#skips(root)) throw this.#unsupported();
    const steps: PathStep[] = [];
    for (;;) {
      if (this.#skips('..')) steps.push(this.#scan(steps));
      else if (this.#skips('.')) steps.push(this.#skips('*') ? { kind: 'wildcard' } : this.#property());
      else if (this.#skips('[')) steps.push(this.#bracketed());
      else return steps;
    }
  }

  mustEnd(): void {
    if (this.#at < this.#text.length) throw this.#unsupported();
  }

  /** Two scans in one path could find more values than fit into memory. */
  #scan(before: readonly PathStep[]): PathStep {
    if (before.some(({ kind }) => kind === 'scan')) throw new JsonPathError('a second .. is not supported');
    return { kind: 'scan', name: this.#name() };
  }

  #property(): PathStep {
    return { kind: 'property', name: this.#name() };
  }

  #name(): string {
    const name = this.#take(NAME)?.[0];
    if (name === undefined) throw this.#unsupported();
    return name;
  }

  #bracketed(): PathStep {
    const quoted = this.#take(QUOTED);
    if (quoted !== null) return { kind: 'property', name: quoted[1] ?? quoted[2] ?? '' };
    if (this.#take(WILDCARD) !== null) return { kind: 'wildcard' };
    const index = this.#take(INDEX);
    if (index !== null) return { kind: 'index', index: Number(index[1]) };
    const slice = this.#take(SLICE);
    if (slice !== null) return this.#slice(slice);
    if (this.#take(FILTER) === null) throw this.#unsupported();
    return { kind: 'filter', condition: this.#condition() };
  }

  #slice([, from, to]: RegExpExecArray): PathStep {
    const step = { from: numberOr(from), to: numberOr(to) };
    const isNegative = (step.from ?? 0) < 0 || (step.to ?? 0) < 0;
    if (step.from === null && step.to === null) throw this.#unsupported();
    if (step.from !== null && step.to !== null && isNegative) throw this.#unsupported();
    return { kind: 'slice', ...step };
  }

  #condition(): Condition {
    const comparisons = [this.#comparison()];
    let joined: string | null = null;
    for (let join = this.#take(JOIN)?.[1]; join !== undefined; join = this.#take(JOIN)?.[1]) {
      if (joined !== null && joined !== join) throw this.#unsupported();
      joined = join;
      comparisons.push(this.#comparison());
    }
    if (this.#take(FILTER_END) === null) throw this.#unsupported();
    return { join: joined === '||' ? 'or' : 'and', comparisons };
  }

  #comparison(): Comparison {
    this.#take(/\s*/y);
    const path = this.path('@');
    if (!isDefinite(path)) throw this.#unsupported();
    const operator = OPERATORS.find((each) => each === this.#peek(OPERATOR));
    if (operator === undefined) return { path, test: null };
    this.#take(OPERATOR);
    return { path, test: { operator, literal: this.#literal() } };
  }

  #literal(): Literal {
    const text = this.#take(TEXT_LITERAL);
    if (text !== null) return text[1] ?? text[2] ?? '';
    const number = this.#take(NUMBER_LITERAL);
    if (number !== null) return new JavaNumber(number[0]);
    const word = this.#take(WORD_LITERAL)?.[0];
    if (word === undefined) throw this.#unsupported();
    return WORDS[word] ?? null;
  }

  #peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[1];
  }

  #skips(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #unsupported(): JsonPathError {
    const rest = this.#text.slice(this.#at, this.#at + 30);
    return new JsonPathError(
      rest === '' ? 'the path ends too early' : `the path is not supported at ${JSON.stringify(rest)}`,
    );
  }
}

function numberOr(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
