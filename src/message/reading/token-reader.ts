import { isUtf8 } from 'node:buffer';
import type { Identity } from '../identity.ts';
import { parseEmbedded } from '../json/embedded-json.ts';
import { childrenOf, type Json, JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { valueAt } from '../json/pointer.ts';
import type { FindPlace } from '../placement.ts';
import type { NumberTokenCodec } from '../token/number-token.ts';
import { tokensIn } from '../token/spelling.ts';
import type { TokenCodec, TokenFound } from '../token/token.ts';
import { type Content, type ContentRule, contentOf } from './content-hash.ts';
import { withoutPrefix } from './framing.ts';

/** The parts of a message that can contain an identity. */
export interface Received {
  readonly value: Buffer | null;
  readonly key?: Buffer | null;
  readonly headers?: () => readonly { readonly name: string; readonly value: string }[];
}

/** The tokens of one run, and the places in a message that can contain them. */
export interface TokenRun {
  readonly codec: TokenCodec;
  /** Reads tokens that are numbers. Null if the run sends no such tokens. */
  readonly numbers: NumberTokenCodec | null;
  readonly find: readonly FindPlace[];
  readonly content: ContentRule;
}

/** A message that a token identifies. */
export interface TokenReading extends TokenFound {
  /** The content that the plan compares. Null if the plan compares nothing. */
  readonly content: Content | null;
}

/** A token that was found, and the object that contains the token. */
interface Candidate {
  readonly found: TokenFound;
  /** The object in the payload that contains the token. Null if the token is not in the payload. */
  readonly within: Json | null;
}

/**
 * Finds the token of one of the runs. Null if the message has no such token. Never throws, whatever the message
 * contains.
 */
export function readToken(message: Received, runs: readonly TokenRun[]): TokenReading | null {
  const payload = new Payload(message.value);
  for (const run of runs) {
    const candidate = candidateIn(message, payload, run);
    if (candidate === null) continue;
    return { ...candidate.found, content: contentAt(candidate, payload, run) };
  }
  return null;
}

/**
 * Maximum number of damaged tokens that are repaired in one message. A repair is slow, and one repaired token is
 * enough to identify the message.
 */
const MAX_REPAIRS = 8;

/**
 * Returns the content of the object with the token. If the token is not in the payload, returns the content of the
 * whole payload.
 */
function contentAt({ found, within }: Candidate, payload: Payload, run: TokenRun): Content | null {
  if (run.content.kind === 'none') return null;
  const part = within ?? payload.root;
  const repeats = (matches: (part: Json) => boolean) =>
    outermostIn(part, (inner) => matches(inner) && hasToken(inner, found.identity, run));
  return contentOf(run.content, { text: payload.text, part, repeats });
}

function hasToken(part: Json, identity: Identity, run: TokenRun): boolean {
  return run.find.some((place) => {
    const value = place.kind === 'payload' ? valueAt(part, place.pointer) : undefined;
    return (
      value !== undefined && tokensOf(value, run, () => {}).some((found) => isSame(found.identity, identity))
    );
  });
}

function isSame(a: Identity, b: Identity): boolean {
  return a.group === b.group && a.thread === b.thread && a.loop === b.loop && a.request === b.request;
}

/** Finds the token of a run in a message. An undamaged token in any place takes precedence over a damaged one. */
function candidateIn(message: Received, payload: Payload, run: TokenRun): Candidate | null {
  const others: { digits: string; within: Json | null }[] = [];
  const [exact] = exactIn(message, payload, run, (digits, within) => {
    if (run.codec.mayBeDamaged(digits) && others.length < MAX_REPAIRS) others.push({ digits, within });
  });
  if (exact !== undefined) return exact;
  for (const { digits, within } of others) {
    const found = run.codec.repair(digits);
    if (found !== null) return { found, within };
  }
  return null;
}

/**
 * Yields the undamaged tokens of a run in a message.
 * @param onOther called for each other text in the form of a token, such as a damaged token or a token of another
 * run
 */
function* exactIn(
  message: Received,
  payload: Payload,
  run: TokenRun,
  onOther: (digits: string, within: Json | null) => void,
): Generator<Candidate> {
  for (const [value, within] of valuesIn(message, payload, run.find))
    for (const found of tokensOf(value, run, (digits) => onOther(digits, within))) yield { found, within };
}

function tokensOf(value: Json, run: TokenRun, onOther: (digits: string) => void): readonly TokenFound[] {
  const number = numberIn(value, run);
  if (number !== null) return [number];
  const tokens: TokenFound[] = [];
  for (const digits of typeof value === 'string' ? tokensIn(value) : []) {
    const found = run.codec.read(digits);
    if (found === null) onOther(digits);
    else tokens.push(found);
  }
  return tokens;
}

function* valuesIn(
  message: Received,
  payload: Payload,
  places: readonly FindPlace[],
): Generator<readonly [value: Json, within: Json | null]> {
  for (const place of places) {
    if (place.kind === 'key' && message.key) yield [message.key.toString('utf8'), null];
    if (place.kind === 'header') {
      const name = place.name.toLowerCase();
      for (const header of message.headers?.() ?? [])
        if (header.name.toLowerCase() === name) yield [header.value, null];
    }
    if (place.kind !== 'payload') continue;
    for (const part of partsOf(payload.root)) {
      const value = valueAt(part, place.pointer);
      if (value !== undefined) yield [value, part];
    }
  }
}

function numberIn(value: Json, { numbers }: TokenRun): TokenFound | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return numbers !== null && typeof number === 'number' ? numbers.read(number) : null;
}

const EMPTY = Buffer.alloc(0);

/** The payload of a message. The payload is parsed only when its content is needed. */
class Payload {
  readonly #value: Buffer | null;
  #text: string | null = null;
  #root: Json | undefined;

  constructor(value: Buffer | null) {
    this.#value = value;
  }

  /**
   * The payload as text. Invalid UTF-8 is read as Latin-1: decoding it as UTF-8 would give U+FFFD, and a damaged byte
   * would look like a U+FFFD that was sent.
   */
  get text(): string {
    if (this.#text === null) {
      const bytes = withoutPrefix(this.#value ?? EMPTY);
      this.#text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
    }
    return this.#text;
  }

  /** The payload as JSON. Null if the payload is not JSON. */
  get root(): Json | null {
    if (this.#root === undefined) {
      const parsed = parseJson(this.text);
      this.#root = 'value' in parsed ? parsed.value : null;
    }
    return this.#root;
  }
}

/** Lists the objects and arrays in a value, the outer ones first. Also searches strings that contain JSON. */
function* partsOf(json: Json | null, isClosed: (part: Json) => boolean = () => false): Generator<Json> {
  const pending = [json];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const isPart = next instanceof JsonObject || Array.isArray(next);
    if (isPart) yield next;
    if (isPart && isClosed(next)) continue;
    for (const inner of inside(next).toReversed()) pending.push(inner);
  }
}

function inside(json: Json): readonly Json[] {
  if (typeof json !== 'string') return childrenOf(json);
  const parsed = parseEmbedded(json);
  return 'value' in parsed ? [parsed.value] : [];
}

/**
 * Lists the outermost objects and arrays in a part for which `matches` returns true. Does not search inside a match.
 */
function outermostIn(part: Json | null, matches: (part: Json) => boolean): readonly Json[] {
  const found = new Set<Json>();
  for (const inner of partsOf(part, (each) => found.has(each)))
    if (inner !== part && matches(inner)) found.add(inner);
  return [...found];
}
