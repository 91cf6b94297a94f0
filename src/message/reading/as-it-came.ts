import { hash } from 'node:crypto';
import type { BodyTemplates } from '../body-template.ts';
import type { Claim, WrittenClaim } from '../claim.ts';
import { sumOfBytes } from '../sum.ts';
import { claimAtEnd } from './claim-at-end.ts';

/**
 * Reads the claim (the member `qbl`, which says which message this is) without parsing the JSON, which is faster.
 * Works if the claim is at the end, in the form that qbl writes, and its checksum matches the bytes before it.
 * @param templatesOf returns the bodies of a run's plan; null if the plan is not known
 */
export function claimAsItCame(
  value: Buffer,
  templatesOf: (run: string) => BodyTemplates | null = () => null,
): Claim | null {
  const claim = claimAtEnd(value);
  if (claim === null) return null;
  return sumOfFields(value, claim, templatesOf(claim.identity.run)) === claim.sum ? claim : null;
}

function sumOfFields(value: Buffer, claim: WrittenClaim, templates: BodyTemplates | null): string | null {
  const { start, sumText, identity } = claim;
  const template = templates?.of(identity.group, identity.request);
  if (
    template === undefined ||
    template === null ||
    template === 'unknown' ||
    template.canonicalOf === undefined
  )
    return sumOfBytes(value, start, sumText);
  const canonical = template.canonicalOf(value.toString('latin1', 0, start));
  return canonical === null ? null : hash('md5', Buffer.from(canonical + sumText, 'latin1'));
}
