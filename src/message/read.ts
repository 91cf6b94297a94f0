import { isUtf8 } from 'node:buffer';
import canonicalize from 'canonicalize';
import type { Claim } from './claim.ts';
import { claimAtEnd } from './claim-at-end.ts';
import { type Found, findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';
import type { Identity } from './identity.ts';
import { mentionedRun } from './mention.ts';
import { fieldsOf, type Json, type JsonObject, project } from './shape.ts';
import { sumOf, sumOfBytes } from './sum.ts';

/** What one value of a queue turns out to be, as seen by somebody who looks for the messages of some runs. */
export type Reading = OwnReading | { readonly kind: 'foreign' };

/** A value that belongs to one of the runs. */
export type OwnReading =
  /** A message with a readable identity. Corrupt ones have arrived all the same. */
  | {
      readonly kind: 'message';
      readonly condition: Condition;
      readonly run: string;
      readonly identity: Identity;
      readonly sentAtMs: number;
    }
  /** It speaks of one of the runs, but no identity can be read from it. */
  | { readonly kind: 'corrupt'; readonly run: string };

/**
 * What the sum says. `unproven`: it does not match, and without the plan nobody can tell fields that a proxy added
 * from damage.
 */
export type Condition = 'intact' | 'enriched' | 'corrupt' | 'unproven';

/** The body templates of a run, by thread group and request: what a proxy added shows against them.
 * Null: the plan has no such request, or no JSON object there; `unknown`: there is no plan. */
export type BodyTemplates = (group: number, request: number) => JsonObject | null | 'unknown';

const FOREIGN: Reading = { kind: 'foreign' };

/** Reads values of a queue and tells the messages of the given runs. */
export class MessageReader {
  readonly #runs: ReadonlyMap<string, BodyTemplates>;

  constructor(runs: ReadonlyMap<string, BodyTemplates>) {
    this.#runs = runs;
  }

  /** What the value is. Never throws, whatever the bytes are. */
  read(value: Buffer | null): Reading {
    if (value === null) return FOREIGN;
    const json = withoutPrefix(value);
    const claim = claimAsItCame(json);
    return claim === null ? this.#readParsed(json) : this.#ifOurs('intact', claim);
  }

  #readParsed(json: Buffer): Reading {
    const text = json.toString('utf8');
    const found = findIdentity(text);
    if (found === null) return this.#unreadable(json, text);
    const templates = this.#runs.get(found.claim.identity.run);
    if (templates === undefined) return this.#renamed(found) ?? FOREIGN;
    // Text has U+FFFD in place of bytes that are no UTF-8, as if it had been sent.
    return message(isUtf8(json) ? condition(found, templates) : 'corrupt', found.claim);
  }

  #ifOurs(condition: Condition, claim: Claim): Reading {
    return this.#runs.has(claim.identity.run) ? message(condition, claim) : FOREIGN;
  }

  /** Damage can hit the run id alone: then the sum fits once one of our runs is put in its place. */
  #renamed({ object, claim }: Found): Reading | null {
    for (const [run, templates] of this.#runs) {
      const ours = { ...claim, identity: { ...claim.identity, run } };
      if (['intact', 'enriched'].includes(condition({ object, claim: ours }, templates)))
        return message('corrupt', ours);
    }
    return null;
  }

  /** Damage that leaves no JSON may leave the claim whole, or what is left of it may still tell whose it was. */
  #unreadable(json: Buffer, text: string): Reading {
    const claim = claimAtEnd(json);
    if (claim !== null) return this.#ifOurs('corrupt', claim);
    const run = mentionedRun(text, this.#runs.keys());
    return run === null ? FOREIGN : { kind: 'corrupt', run };
  }
}

/** The fast way: the claim, when it stands at the end as we write it and the bytes before it have its sum. */
export function claimAsItCame(value: Buffer): Claim | null {
  const claim = claimAtEnd(value);
  if (claim === null) return null;
  return sumOfBytes(value, claim.start, claim.sumText) === claim.sum ? claim : null;
}

function message(condition: Condition, { identity, sentAt }: Claim): Reading {
  return { kind: 'message', condition, run: identity.run, identity, sentAtMs: Number(sentAt) };
}

function condition({ object, claim }: Found, templates: BodyTemplates): Condition {
  const fields = fieldsOf(object);
  if (sumFits(fields, claim)) return 'intact';
  const template = templates(claim.identity.group, claim.identity.request);
  if (template === 'unknown') return 'unproven';
  if (template === null) return 'corrupt';
  return sumFits(project(fields, template), claim) ? 'enriched' : 'corrupt';
}

/** Whether a claim's sum is that of the fields beside it. */
export function sumFits(fields: Json, { identity, sentAt, sum }: Claim): boolean {
  const canonical = canonicalText(fields);
  return canonical !== null && sumOf(canonical, identity, sentAt) === sum;
}

/** Null for what RFC 8785 has no form for, such as a lone surrogate, and for what is nested too deep to walk. */
function canonicalText(fields: Json): string | null {
  try {
    return canonicalize(fields) ?? null;
  } catch {
    return null;
  }
}
