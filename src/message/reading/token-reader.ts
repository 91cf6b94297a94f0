import type { Identity } from '../identity.ts';
import { childrenOf, type Json, JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { valueAt } from '../json/pointer.ts';
import type { FindPlace } from '../placement.ts';
import type { NumberTokenCodec } from '../token/number-token.ts';
import { tokensIn } from '../token/spelling.ts';
import type { TokenCodec, TokenFound } from '../token/token.ts';
import { type Content, type ContentRule, contentOf } from './content-hash.ts';
import { withoutPrefix } from './framing.ts';

/** The parts of a message in which an identity can be. */
export interface Received {
  readonly value: Buffer | null;
  readonly key?: Buffer | null;
  readonly headers?: () => readonly { readonly name: string; readonly value: string }[];
}

/** The tokens of one run: how they are written, and where they are looked for. */
export interface TokenRun {
  readonly codec: TokenCodec;
  /** Reads tokens that are numbers. Null if the run sends no numbers. */
  readonly numbers: NumberTokenCodec | null;
  readonly find: readonly FindPlace[];
  readonly content: ContentRule;
}

/** A message that a token identifies. */
export interface TokenReading extends TokenFound {
  /** Null if the plan compares nothing. */
  readonly content: Content | null;
}

/** A token that was found, and the object that it was found in. */
interface Candidate {
  readonly found: TokenFound;
  /** The object in the payload that contains the token. Null if the token is not in the payload. */
  readonly within: Json | null;
}

/**
 * Finds the token of one of the runs. Null if the message has none. The function never throws, whatever the
 * message contains.
 */
export function readToken(message: Received, runs: readonly TokenRun[]): TokenReading | null {
  const payload = new Payload(message.value);
  for (const run of runs) {
    const candidate = candidateIn(message, payload, run);
    if (candidate === null) continue;
    return { ...candidate.found, content: contentAt(candidate, message, payload, run) };
  }
  return null;
}

/** Maximum number of damaged tokens that are repaired in one message. A repair is slow, and one is enough. */
const MAX_REPAIRS = 8;

/**
 * The content beside the token. An envelope may repeat the identity of the object in it. So if a compared field is missing
 * beside the token, an object that has the same token and all fields is compared instead.
 */
function contentAt(
  { found, within }: Candidate,
  message: Received,
  payload: Payload,
  run: TokenRun,
): Content | null {
  const of = (part: Json | null) => contentOf(run.content, part ?? payload.root, payload.text);
  const first = of(within);
  if (first === null || !first.fields.includes(null)) return first;
  for (const other of exactIn(message, payload, run, () => {})) {
    const content = isSame(other.found.identity, found.identity) ? of(other.within) : null;
    if (content !== null && !content.fields.includes(null)) return content;
  }
  return first;
}

function isSame(a: Identity, b: Identity): boolean {
  return a.group === b.group && a.thread === b.thread && a.loop === b.loop && a.request === b.request;
}

/** An undamaged token in any place goes before a damaged one. */
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

/** @param onOther called for each text that is written like a token of the run, and is none */
function* exactIn(
  message: Received,
  payload: Payload,
  run: TokenRun,
  onOther: (digits: string, within: Json | null) => void,
): Generator<Candidate> {
  for (const [value, within] of valuesIn(message, payload, run.find)) {
    const number = numberIn(value, run);
    if (number !== null) yield { found: number, within };
    if (number !== null || typeof value !== 'string') continue;
    for (const digits of tokensIn(value)) {
      const found = run.codec.read(digits);
      if (found === null) onOther(digits, within);
      else yield { found, within };
    }
  }
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
    for (const part of payload.parts()) {
      const value = valueAt(part, place.pointer);
      if (value !== undefined) yield [value, part];
    }
  }
}

function numberIn(value: Json, { numbers }: TokenRun): TokenFound | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return numbers !== null && typeof number === 'number' ? numbers.read(number) : null;
}

const MAY_BE_JSON = /^\s*[{[]/;

/** The payload of a message. It is parsed only when it is needed. */
class Payload {
  readonly #value: Buffer | null;
  #text: string | null = null;
  #root: Json | undefined;

  constructor(value: Buffer | null) {
    this.#value = value;
  }

  get text(): string {
    this.#text ??= this.#value === null ? '' : withoutPrefix(this.#value).toString('utf8');
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

  /**
   * Lists the payload, and each object and array in it. Texts that are JSON, as in an envelope, are searched
   * too.
   */
  *parts(): Generator<Json> {
    const pending: Json[] = this.root === null ? [] : [this.root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next instanceof JsonObject || Array.isArray(next)) yield next;
      if (typeof next === 'string' && MAY_BE_JSON.test(next)) {
        const parsed = parseJson(next);
        if ('value' in parsed) pending.push(parsed.value);
      }
      for (const child of childrenOf(next).toReversed()) pending.push(child);
    }
  }
}
