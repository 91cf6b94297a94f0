import type { BodyTemplate, BodyTemplates } from '../../message/body-template.ts';
import { placementOf } from '../placements.ts';
import type { Plan, Request } from '../plan.ts';
import { messageTemplate } from './placed-body.ts';

/**
 * Returns the bodies of a plan's requests.
 * @param known returns the plan, or null if there is no plan yet. It is called each time that a body is needed, because
 * a reader can start before the run, and the run can start again with another plan.
 */
export function planBodies(known: () => Plan | null): BodyTemplates {
  let of: Plan | null = null;
  let groups: readonly (readonly (BodyTemplate | null)[])[] | null = null;
  const all = () => {
    const plan = known();
    if (plan !== of) groups = plan === null ? null : bodiesOf(plan);
    of = plan;
    return groups;
  };
  return {
    of: (group, request) => {
      const known = all();
      return known === null ? 'unknown' : (known[group - 1]?.[request - 1] ?? null);
    },
    all: () =>
      all()
        ?.flat()
        .filter((body) => body !== null) ?? [],
  };
}

function bodiesOf(plan: Plan): readonly (readonly (BodyTemplate | null)[])[] {
  return plan.threadGroups.map(({ requests }) => requests.map((request) => bodyOf(plan, request)));
}

function bodyOf(plan: Plan, request: Request): BodyTemplate | null {
  const placement = placementOf(plan, request);
  const pointer = placement.kind === 'body' ? placement.pointer : null;
  return pointer === null ? null : messageTemplate(request.body, pointer, plan.variables);
}
