import { childrenOf, type Json, JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { valueAt } from '../json/pointer.ts';
import type { FindPlace } from '../placement.ts';
import type { NumberTokenCodec } from '../token/number-token.ts';
import { tokensIn } from '../token/spelling.ts';
import type { TokenCodec, TokenFound } from '../token/token.ts';
import { type ContentRule, contentHash } from './content-hash.ts';
import { withoutPrefix } from './framing.ts';

/** A message of a queue, as far as an identity can be in it. */
export interface Received {
  readonly value: Buffer | null;
  readonly key?: Buffer | null;
  readonly headers?: () => readonly { readonly name: string; readonly value: string }[];
}

/** The tokens of one run: how they are written, and where they are looked for. */
export interface TokenRun {
  readonly codec: TokenCodec;
  readonly numbers: NumberTokenCodec;
  readonly find: readonly FindPlace[];
  readonly content: ContentRule;
}

/** A message that a token identifies. */
export interface TokenReading extends TokenFound {
  /** The first 32 bits of the hash of the content. Null if the plan compares nothing. */
  readonly content: number | null;
}

/** A token that was found, and the object that it was found in. */
interface Candidate {
  readonly found: TokenFound;
  /** Null if the token is not in the payload. */
  readonly within: Json | null;
}

/** Finds the token of one of the runs. Null if the message has none. Never throws for any message. */
export function readToken(message: Received, runs: readonly TokenRun[]): TokenReading | null {
  const payload = new Payload(message.value);
  for (const run of runs) {
    const candidate = candidateIn(message, payload, run);
    if (candidate === null) continue;
    const whole = candidate.within ?? payload.root;
    return { ...candidate.found, content: contentHash(run.content, whole, payload.text) };
  }
  return null;
}

/** An undamaged token in any place goes before a damaged one. */
function candidateIn(message: Received, payload: Payload, run: TokenRun): Candidate | null {
  let damaged: Candidate | null = null;
  for (const [value, within] of valuesIn(message, payload, run.find)) {
    for (const found of tokensOf(value, run)) {
      if (!found.isDamaged) return { found, within };
      damaged ??= { found, within };
    }
  }
  return damaged;
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

function* tokensOf(value: Json, { codec, numbers }: TokenRun): Generator<TokenFound> {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') {
    const found = numbers.read(number);
    if (found !== null) yield found;
  }
  if (typeof value !== 'string') return;
  for (const digits of tokensIn(value)) {
    const found = codec.read(digits);
    if (found !== null) yield found;
  }
}

const MAY_BE_JSON = /^\s*[{[]/;

/** The payload of a message, parsed when it is needed. */
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

  /** Null if the payload is not JSON. */
  get root(): Json | null {
    if (this.#root === undefined) {
      const parsed = parseJson(this.text);
      this.#root = 'value' in parsed ? parsed.value : null;
    }
    return this.#root;
  }

  /** The payload, and each object and array in it, also in texts that are JSON, as in an envelope. */
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
