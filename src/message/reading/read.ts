import { isUtf8 } from 'node:buffer';
import type { BodyTemplates } from '../body-template.ts';
import type { Claim } from '../claim.ts';
import type { Identity } from '../identity.ts';
import { JsonObject } from '../json/json.ts';
import { claimAsItCame } from './as-it-came.ts';
import { claimAtEndOf } from './claim-at-end.ts';
import { conditionOf, isProven, type MessageCondition, provenRun } from './condition.ts';
import { type BrokenText, type Found, findIdentity, partsOf } from './find.ts';
import { behindDamagedPrefix, withoutPrefix } from './framing.ts';
import { hasClaimNames, mentionedRun } from './mention.ts';
import { renamedClaims, runOfDamagedClaim } from './near-claim.ts';
import { isNearlyJson } from './nearly-json.ts';
import { neighboursOf } from './neighbours.ts';

/** What one value of a queue turns out to be, as seen by somebody who looks for the messages of some runs. */
export type Reading = OwnReading | { readonly kind: 'foreign' };

/** A value that belongs to one of the runs. */
export type OwnReading =
  /** A message with a readable identity. Corrupt ones have arrived all the same. */
  | {
      readonly kind: 'message';
      readonly condition: MessageCondition;
      readonly run: string;
      readonly identity: Identity;
      readonly sentAtMs: number;
    }
  /** It was a message of one of the runs, but no identity can be read from it. */
  | { readonly kind: 'corrupt'; readonly run: string };

const FOREIGN: Reading = { kind: 'foreign' };
/** Each search computes a thousand sums; after so many damaged messages the verdict does not depend on one more. */
const MAX_SEARCHES = 200;

/**
 * Reads values of a queue and tells the messages of the given runs. A value is a message of a run when its sum proves
 * it, or when it would be one but for damage in one place. What only mentions the run is foreign.
 */
export class MessageReader {
  readonly #runs: ReadonlyMap<string, BodyTemplates>;
  #searches = 0;

  constructor(runs: ReadonlyMap<string, BodyTemplates>) {
    this.#runs = runs;
  }

  /** What the value is. Never throws, whatever the bytes are. */
  read(value: Buffer | null): Reading {
    if (value === null) return FOREIGN;
    const json = withoutPrefix(value);
    const claim = claimAsItCame(json, (run) => this.#runs.get(run) ?? null);
    if (claim !== null) return this.#runs.has(claim.identity.run) ? message('intact', claim) : FOREIGN;
    return this.#readParsed(json) ?? this.#behindDamagedPrefix(value) ?? FOREIGN;
  }

  #readParsed(json: Buffer): Reading | null {
    const text = json.toString('utf8');
    const found = findIdentity(text);
    if (found === null) return hasClaimNames(text) ? this.#damaged(text) : null;
    const templates = this.#runs.get(found.claim.identity.run);
    if (templates === undefined) return this.#withRunPutRight(found) ?? FOREIGN;
    const condition = conditionOf(found, templates);
    if (condition === null) return FOREIGN;
    if (condition === 'corrupt' || condition === 'unproven')
      return this.#ofNeighbour(found, templates) ?? message(condition, found.claim);
    // Text has U+FFFD in place of bytes that are no UTF-8, as if it had been sent.
    return message(isUtf8(json) ? condition : 'corrupt', found.claim);
  }

  /** Damage can hit the run id alone: then the sum fits once one of our runs is put in its place. */
  #withRunPutRight(found: Found): Reading | null {
    for (const [run, templates] of this.#runs) {
      if (provenRun(found, [run], templates) !== null) return message('corrupt', withRun(found.claim, run));
    }
    return null;
  }

  /** Damage to the id of another run can make it ours: then the sum fits once that one is put in its place. */
  #ofNeighbour(found: Found, templates: BodyTemplates): Reading | null {
    if (this.#searches >= MAX_SEARCHES) return null;
    const run = provenRun(found, neighboursOf(found.claim.identity.run), templates);
    if (run !== null) return this.#runs.has(run) ? message('corrupt', withRun(found.claim, run)) : FOREIGN;
    this.#searches++;
    return null;
  }

  /** Whose message it was, when no claim can be found as it stands. */
  #damaged(text: string): Reading | null {
    for (const part of partsOf(text)) {
      const reading = part instanceof JsonObject ? this.#damagedObject(part) : this.#brokenText(part);
      if (reading !== null) return reading;
    }
    return null;
  }

  #damagedObject(object: JsonObject): Reading | null {
    for (const before of renamedClaims(object)) {
      const templates = this.#runs.get(before.claim.identity.run);
      if (templates !== undefined && isProven(before, templates)) return message('corrupt', before.claim);
    }
    const run = runOfDamagedClaim(object);
    return run !== null && this.#runs.has(run) ? { kind: 'corrupt', run } : null;
  }

  /** Damage that leaves no JSON may leave the claim whole, or what is left of it may still tell whose it was. */
  #brokenText(broken: BrokenText): Reading | null {
    const { text } = broken;
    if (!hasClaimNames(text) || !isNearlyJson(broken)) return null;
    const claim = claimAtEndOf(text);
    if (claim !== null) return this.#runs.has(claim.identity.run) ? message('corrupt', claim) : FOREIGN;
    const run = mentionedRun(text, this.#runs.keys());
    return run === null ? null : { kind: 'corrupt', run };
  }

  /** A damaged byte before the JSON hides what would have been left out, or makes of JSON what is left out. */
  #behindDamagedPrefix(value: Buffer): Reading | null {
    for (const json of behindDamagedPrefix(value)) {
      const reading = this.#readParsed(json);
      if (reading === null || reading.kind === 'foreign') continue;
      return reading.kind === 'message' ? { ...reading, condition: 'corrupt' } : reading;
    }
    return null;
  }
}

function withRun(claim: Claim, run: string): Claim {
  return { ...claim, identity: { ...claim.identity, run } };
}

function message(condition: MessageCondition, { identity, sentAt }: Claim): Reading {
  return { kind: 'message', condition, run: identity.run, identity, sentAtMs: Number(sentAt) };
}
