import type { BodyTemplates } from '../body-template.ts';
import type { Claim } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';
import { canonicalText } from '../json/canonical.ts';
import type { JsonObject } from '../json/json.ts';
import { SumsOfFields, sumOf } from '../sum.ts';
import type { Found } from './find.ts';
import { resembles, withNamePutRight } from './resemblance.ts';

/**
 * The condition of a message according to its checksum. `enriched`: the checksum matches without the fields
 * that a proxy added. `unproven`: the checksum does not match, and without the plan qbl cannot distinguish
 * damage from added fields.
 */
export type MessageCondition = 'intact' | 'enriched' | 'corrupt' | 'unproven';

/** Whether the checksum in the claim (the member `qbl`) matches the other fields of the object. */
export function isIntact({ object, claim }: Found): boolean {
  return proves(claim, canonicalFields(object));
}

/**
 * Whether the checksum matches either all fields or only the fields of the plan. A proxy may have added the
 * other fields.
 */
export function isProven(found: Found, templates: BodyTemplates): boolean {
  return isIntact(found) || proves(found.claim, plannedFields(found, templates));
}

/**
 * Returns the condition of an object with a claim of the run. Null if the object has the claim but is not the
 * message, for example an event about the message.
 */
export function conditionOf(found: Found, templates: BodyTemplates): MessageCondition | null {
  if (isIntact(found)) return 'intact';
  const { group, request } = found.claim.identity;
  if (templates.of(group, request) === 'unknown') return 'unproven';
  if (proves(found.claim, plannedFields(found, templates))) return 'enriched';
  return isDamaged(found, templates) ? 'corrupt' : null;
}

/** Returns the first run whose ID, in place of the claim's run ID, makes the checksum match. Null if no run does. */
export function provenRun(found: Found, runs: Iterable<string>, templates: BodyTemplates): string | null {
  const { claim, object } = found;
  const fields = new Set([canonicalFields(object), plannedFields(found, templates)]);
  const sums = [...fields].flatMap((text) => (text === null ? [] : [new SumsOfFields(text)]));
  for (const run of runs) {
    const identity = { ...claim.identity, run };
    if (sums.some((sum) => sum.with(identity, claim.sentAt) === claim.sum)) return run;
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

/**
 * Returns the canonical text of the fields, for the checksum. Null if the object has no canonical form, or repeats
 * the reserved key.
 */
function canonicalFields(object: JsonObject, template?: JsonObject): string | null {
  if (object.all(RESERVED_KEY).length > 1) return null;
  return canonicalText(object.without(RESERVED_KEY), template);
}

/**
 * Returns the canonical text of only those fields that the plan has. Null if the plan has no JSON body for the
 * message, or is not known.
 */
function plannedFields({ object, claim }: Found, templates: BodyTemplates): string | null {
  const template = templates.of(claim.identity.group, claim.identity.request);
  return template === null || template === 'unknown' ? null : canonicalFields(object, template.shape);
}

function proves({ identity, sentAt, sum }: Claim, fields: string | null): boolean {
  return fields !== null && sumOf(fields, identity, sentAt) === sum;
}
