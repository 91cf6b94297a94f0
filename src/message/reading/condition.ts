import type { BodyTemplates } from '../body-template.ts';
import type { Claim } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';
import { canonicalText } from '../json/canonical.ts';
import type { JsonObject } from '../json/json.ts';
import { sumOf } from '../sum.ts';
import type { Found } from './find.ts';
import { resembles, withNamePutRight } from './resemblance.ts';

/**
 * What the sum says. `unproven`: it does not match, and without the plan nothing tells fields that a proxy added from
 * damage.
 */
export type MessageCondition = 'intact' | 'enriched' | 'corrupt' | 'unproven';

/** Whether a claim's sum is that of the fields beside it. */
export function isIntact({ object, claim }: Found): boolean {
  return proves(claim, canonicalFields(object));
}

/** Whether it is once what a proxy added is left out, as far as the plan tells what that is. */
export function isProven(found: Found, templates: BodyTemplates): boolean {
  return isIntact(found) || proves(found.claim, plannedFields(found, templates));
}

/** What an object is that has a claim of the run. Null: no message of it, though it has its claim. */
export function conditionOf(found: Found, templates: BodyTemplates): MessageCondition | null {
  if (isIntact(found)) return 'intact';
  const { group, request } = found.claim.identity;
  if (templates.of(group, request) === 'unknown') return 'unproven';
  if (proves(found.claim, plannedFields(found, templates))) return 'enriched';
  return isDamaged(found, templates) ? 'corrupt' : null;
}

/** The first of the runs whose id, in place of the claim's, makes the sum fit; null: there is none. */
export function provenRun(found: Found, runs: Iterable<string>, templates: BodyTemplates): string | null {
  const { claim, object } = found;
  const fields = [canonicalFields(object), plannedFields(found, templates)];
  for (const run of runs) {
    const theirs = { ...claim, identity: { ...claim.identity, run } };
    if (fields.some((each) => proves(theirs, each))) return run;
  }
  return null;
}

function isDamaged(found: Found, templates: BodyTemplates): boolean {
  return templates
    .all()
    .some(
      ({ shape }) =>
        resembles(found.object, shape) ||
        withNamePutRight(found, shape).some((before) => isProven(before, templates)),
    );
}

/** Null for what has no canonical form. */
function canonicalFields(object: JsonObject, template?: JsonObject): string | null {
  if (object.all(RESERVED_KEY).length > 1) return null;
  return canonicalText(object.without(RESERVED_KEY), template);
}

/** Without what a proxy added; null where no plan tells that. */
function plannedFields({ object, claim }: Found, templates: BodyTemplates): string | null {
  const template = templates.of(claim.identity.group, claim.identity.request);
  return template === null || template === 'unknown' ? null : canonicalFields(object, template.shape);
}

function proves({ identity, sentAt, sum }: Claim, fields: string | null): boolean {
  return fields !== null && sumOf(fields, identity, sentAt) === sum;
}
