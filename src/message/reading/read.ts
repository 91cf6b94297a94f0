import { isUtf8 } from 'node:buffer';
import type { BodyTemplates } from '../body-template.ts';
import type { Claim } from '../claim.ts';
import type { Identity } from '../identity.ts';
import type { BrokenText } from '../json/embedded-json.ts';
import { JsonObject } from '../json/json.ts';
import { claimAsItCame } from './as-it-came.ts';
import { claimAtEndOf } from './claim-at-end.ts';
import { conditionOf, isIntact, isProven, type MessageCondition, provenRun } from './condition.ts';
import type { Content } from './content-hash.ts';
import { type Found, identitiesIn, partsOf } from './find.ts';
import { behindDamagedPrefix, withoutPrefix } from './framing.ts';
import { hasClaimNames, mentionedRun } from './mention.ts';
import { renamedClaims, runOfDamagedClaim } from './near-claim.ts';
import { isNearlyJson } from './nearly-json.ts';
import { neighboursOf } from './neighbours.ts';

/** What a value that was read from the queue is: a message of one of the given runs, or foreign. */
export type Reading = OwnReading | { readonly kind: 'foreign' };

/** A value that belongs to one of the given runs. */
export type OwnReading =
  /** A message whose identity can be read. It counts as arrived, even if the rest is damaged. */
  | {
      readonly kind: 'message';
      readonly condition: MessageCondition;
      readonly run: string;
      readonly identity: Identity;
      readonly sentAtMs: number;
    }
  /** A message with a token. The row of the message decides whether its content is unchanged. */
  | {
      readonly kind: 'token';
      readonly run: string;
      readonly identity: Identity;
      readonly isDamaged: boolean;
      readonly content: Content | null;
    }
  /** A message of one of the runs whose identity is no longer readable. */
  | { readonly kind: 'corrupt'; readonly run: string };

const FOREIGN: Reading = { kind: 'foreign' };
/**
 * Maximum number of searches for the original run ID. Each search computes about a thousand checksums. After this
 * many damaged messages, a further damaged message cannot change the verdict.
 */
const MAX_SEARCHES = 200;

/**
 * Reads values of a queue and recognizes the messages of the given runs. A value belongs to a run if its
 * checksum proves so. It also belongs to a run if damage in only one place explains why the checksum does not
 * match. A value that only mentions the run is foreign.
 */
export class MessageReader {
  readonly #runs: ReadonlyMap<string, BodyTemplates>;
  readonly #templatesOf = (run: string): BodyTemplates | null => this.#runs.get(run) ?? null;
  #searches = 0;

  constructor(runs: ReadonlyMap<string, BodyTemplates>) {
    this.#runs = runs;
  }

  /** Accepts any bytes and never throws. */
  read(value: Buffer | null): Reading {
    if (value === null) return FOREIGN;
    const json = withoutPrefix(value);
    const claim = claimAsItCame(json, this.#templatesOf);
    if (claim !== null) return this.#intact(claim.identity, claim.sentAtMs);
    return this.#readParsed(json) ?? this.#behindDamagedPrefix(value) ?? FOREIGN;
  }

  #intact(identity: Identity, sentAtMs: number): Reading {
    const { run } = identity;
    return this.#runs.has(run) ? { kind: 'message', condition: 'intact', run, identity, sentAtMs } : FOREIGN;
  }

  /**
   * Returns the reading of the first object that is a message. An outer object that only repeats the claim of a message
   * inside it is not the message.
   */
  #readParsed(json: Buffer): Reading | null {
    const text = json.toString('utf8');
    let mentions = 0;
    for (const found of identitiesIn(text)) {
      const reading = this.#readFound(found, json);
      if (reading !== null) return reading;
      mentions++;
    }
    // Only objects that repeat a claim were readable. The message itself may be damaged and inside such an object.
    const damaged = hasClaimNames(text) ? this.#damaged(text) : null;
    return damaged ?? (mentions > 0 ? FOREIGN : null);
  }

  /** Returns null if the object has a claim but is not the message, for example an event about the message. */
  #readFound(found: Found, json: Buffer): Reading | null {
    const templates = this.#runs.get(found.claim.identity.run);
    if (templates === undefined) return this.#withRunPutRight(found) ?? (isIntact(found) ? FOREIGN : null);
    const condition = conditionOf(found, templates);
    if (condition === null) return null;
    if (condition === 'corrupt' || condition === 'unproven')
      return this.#ofNeighbour(found, templates) ?? message(condition, found.claim);
    // Decoding replaces invalid UTF-8 by U+FFFD. The checksum can still match, because the sender may have sent
    // U+FFFD. So invalid UTF-8 always counts as damage.
    return message(isUtf8(json) ? condition : 'corrupt', found.claim);
  }

  /**
   * Finds messages of the given runs in which only the run ID is damaged: the checksum matches if the right run ID
   * replaces it.
   */
  #withRunPutRight(found: Found): Reading | null {
    for (const [run, templates] of this.#runs) {
      const claim = withRun(found.claim, run);
      if (isProven({ ...found, claim }, templates)) return message('corrupt', claim);
    }
    return null;
  }

  /**
   * A damaged run ID can look like the ID of one of the given runs. Finds the run to which such a message really
   * belongs: with the ID of that run, which differs in one character, the checksum matches.
   */
  #ofNeighbour(found: Found, templates: BodyTemplates): Reading | null {
    if (this.#searches >= MAX_SEARCHES) return null;
    const run = provenRun(found, neighboursOf(found.claim.identity.run), templates);
    if (run !== null) return this.#runs.has(run) ? message('corrupt', withRun(found.claim, run)) : FOREIGN;
    this.#searches++;
    return null;
  }

  /** Finds the run of a damaged message that has no readable claim. */
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

  /** Finds the run of a text that is damaged JSON. The text must still contain the claim, or enough of the claim. */
  #brokenText(broken: BrokenText): Reading | null {
    const { text } = broken;
    if (!hasClaimNames(text) || !isNearlyJson(broken)) return null;
    const claim = claimAtEndOf(text);
    if (claim !== null) return this.#runs.has(claim.identity.run) ? message('corrupt', claim) : FOREIGN;
    const run = mentionedRun(text, this.#runs.keys());
    return run === null ? null : { kind: 'corrupt', run };
  }

  /** Reads a value whose prefix may be damaged, or whose damaged JSON may look like a prefix. */
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
