import {
  anyCharacter,
  type CharacterSet,
  ESCAPED_SETS,
  ignoringCase,
  notLineFeed,
  range,
} from './character-sets.ts';
import { bracketed } from './parse-brackets.ts';
import { escapedCharacter } from './parse-escape.ts';
import { type Place, RegexError, type Syntax } from './syntax.ts';
import { TextReader } from './text-reader.ts';

/** Maximum depth of nested groups. */
const MAX_DEPTH = 50;
/** Maximum number in a quantifier. */
const MAX_REPETITIONS = 1000;

const QUANTIFIER = /[*+?]|\{(\d+)(,(\d*))?\}/y;
const FLAGS = /\(\?([a-z]*)\)/y;
const SPECIAL_GROUP = /\(\?(?!:)(.?)/y;

/**
 * Parses a regular expression as JMeter's engine does (Jakarta ORO, Perl5Compiler.java).
 * @throws RegexError if the expression is wrong, or if qbl cannot match it exactly as JMeter does
 */
export function parseRegex(text: string): ParsedRegex {
  return new RegexParser(text).parse();
}

export interface ParsedRegex {
  readonly syntax: Syntax;
  /** Number of groups, with the group of the whole expression. */
  readonly groups: number;
}

class RegexParser {
  readonly #reader: TextReader;
  readonly #flags: ReadonlySet<string>;
  #depth = 0;
  #groups = 1;

  constructor(text: string) {
    this.#reader = new TextReader(text);
    this.#flags = new Set(this.#reader.take(FLAGS)?.[1] ?? '');
    const unknown = [...this.#flags].find((flag) => !'ims'.includes(flag));
    if (unknown !== undefined) throw new RegexError(`the flag (?${unknown}) is not supported`);
  }

  parse(): ParsedRegex {
    const part = this.#choice();
    if (this.#reader.peek() !== '') throw new RegexError('a closing parenthesis has no opening one');
    return { syntax: { kind: 'group', number: 0, part }, groups: this.#groups };
  }

  #choice(): Syntax {
    const alternatives = [this.#sequence()];
    while (this.#reader.skips('|')) alternatives.push(this.#sequence());
    const [only] = alternatives;
    return alternatives.length === 1 && only !== undefined ? only : { kind: 'choice', alternatives };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (!['', '|', ')'].includes(this.#reader.peek())) parts.push(this.#quantified());
    return { kind: 'sequence', parts };
  }

  #quantified(): Syntax {
    if (this.#reader.sees(QUANTIFIER)) throw new RegexError('a quantifier follows nothing');
    const part = this.#atom();
    const quantifier = this.#reader.take(QUANTIFIER);
    if (quantifier === null) return part;
    const isLazy = this.#reader.skips('?');
    if (this.#reader.sees(QUANTIFIER)) throw new RegexError('a quantifier follows another quantifier');
    if (part.kind === 'place') throw new RegexError('a quantifier after a position is not supported');
    return { kind: 'repeat', part, ...limitsOf(quantifier), isLazy };
  }

  #atom(): Syntax {
    if (this.#reader.peek() === '(') return this.#group();
    const character = this.#reader.next();
    switch (character) {
      case '[':
        return { kind: 'one-of', set: bracketed(this.#reader, this.#flags.has('i')) };
      case '.':
        return { kind: 'one-of', set: this.#flags.has('s') ? anyCharacter : notLineFeed };
      case '^':
        return { kind: 'place', place: this.#lineOr('line-start', 'start') };
      case '$':
        return { kind: 'place', place: this.#lineOr('line-end', 'last-line-end') };
      case '\\':
        return this.#escaped();
      default:
        return this.#oneOf(only(character.charCodeAt(0)));
    }
  }

  #lineOr(line: Place, text: Place): Place {
    return this.#flags.has('m') && !this.#flags.has('s') ? line : text;
  }

  #group(): Syntax {
    const special = this.#reader.take(SPECIAL_GROUP);
    if (special !== null) throw new RegexError(`the group (?${special[1]} is not supported`);
    this.#reader.next();
    const isRemembered = !this.#reader.skips('?:');
    const number = isRemembered ? this.#groups++ : 0;
    if (++this.#depth > MAX_DEPTH) throw new RegexError(`groups are nested deeper than ${MAX_DEPTH}`);
    const inner = this.#choice();
    this.#depth--;
    if (!this.#reader.skips(')')) throw new RegexError('a group has no closing parenthesis');
    if (isRemembered) return { kind: 'group', number, part: inner };
    // A group is a sequence, so that a quantifier after a group with a single position repeats the group.
    return { kind: 'sequence', parts: [inner] };
  }

  #escaped(): Syntax {
    const letter = this.#reader.peek();
    const place = PLACES[letter];
    const set = ESCAPED_SETS[letter];
    if (place === undefined && set === undefined) return this.#oneOf(only(escapedCharacter(this.#reader)));
    this.#reader.next();
    return place === undefined ? { kind: 'one-of', set: set ?? anyCharacter } : { kind: 'place', place };
  }

  #oneOf(set: CharacterSet): Syntax {
    return { kind: 'one-of', set: this.#flags.has('i') ? ignoringCase(set) : set };
  }
}

const PLACES: Readonly<Record<string, Place>> = {
  A: 'start',
  Z: 'last-line-end',
  b: 'word-edge',
  B: 'no-word-edge',
};

const only = (code: number): CharacterSet => range(code, code);

function limitsOf([text, least, comma, most]: readonly (string | undefined)[]): {
  readonly least: number;
  readonly most: number | null;
} {
  if (text === '*') return { least: 0, most: null };
  if (text === '+') return { least: 1, most: null };
  if (text === '?') return { least: 0, most: 1 };
  const limits = {
    least: Number(least),
    most: comma === undefined ? Number(least) : most === '' ? null : Number(most),
  };
  if (Math.max(limits.least, limits.most ?? 0) > MAX_REPETITIONS)
    throw new RegexError(`${text} repeats more than ${MAX_REPETITIONS} times`);
  if (limits.most !== null && limits.most < limits.least) throw new RegexError(`${text} is not a range`);
  return limits;
}
