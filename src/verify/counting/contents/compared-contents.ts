import type { Identity } from '../../../message/identity.ts';
import type { Plan, Request } from '../../../plan/plan.ts';
import { type SentField, sentFields } from '../../../plan/template/content.ts';
import type { ComparedField } from './content-difference.ts';

/** The fields of one message that the plan of its run compares. Empty if the plan compares the whole content. */
export type FieldsOf = (identity: Identity) => readonly ComparedField[];

/** @param planOf the plan of the run; null while the plan is not known */
export function comparedFields(planOf: () => Plan | null): FieldsOf {
  const known = new Map<Request, readonly SentField[]>();
  return (identity) => {
    const plan = planOf();
    const request = plan?.threadGroups[identity.group - 1]?.requests[identity.request - 1];
    if (plan === null || request === undefined) return [];
    const fields = known.get(request) ?? sentFields(plan, request);
    known.set(request, fields);
    return fields.map((field) => ({ found: field.found, sent: field.valueOf(identity) }));
  };
}
