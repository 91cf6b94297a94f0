import type { BodyTemplate, BodyTemplates } from '../../message/body-template.ts';
import type { Plan } from '../plan.ts';
import { bodyTemplate } from './body-template.ts';

/**
 * The bodies of a plan's requests.
 * @param known returns the plan, or null if there is none. Called late, because a reader can start before the run.
 */
export function planBodies(known: () => Plan | null): BodyTemplates {
  let groups: readonly (readonly (BodyTemplate | null)[])[] | null = null;
  const all = () => {
    const plan = groups === null ? known() : null;
    if (plan !== null) groups = bodiesOf(plan);
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

function bodiesOf({ threadGroups, variables }: Plan): readonly (readonly (BodyTemplate | null)[])[] {
  return threadGroups.map(({ requests }) => requests.map(({ body }) => bodyTemplate(body, variables)));
}
