import { formatCount } from '../../count.ts';
import { IN_BODY, NO_IDENTITY, type Placement } from '../../message/placement.ts';
import { plural, verb } from '../../plural.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import type { WrittenPlan } from '../override.ts';
import { carriesIdentity, placementOf } from '../placements.ts';
import type { Method, Plan, Request } from '../plan.ts';
import { messageTemplate } from '../template/placed-body.ts';

const HEADER = 'qbl-id';
/** The place for the identity of a message whose body cannot carry the identity. */
export const IN_HEADER: Placement = { kind: 'header', name: HEADER };

/** The methods with which a request creates or changes something, such as a message in a queue. */
export const WRITING: readonly Method[] = ['POST', 'PUT', 'PATCH'];

/**
 * Chooses where the identity of each request travels. A .jmx file cannot say this. A request without a body carries no
 * identity, because nothing shows that the request sends a message. A header qbl-id of the .jmx file keeps its value.
 */
export function withDefaultIdentity(plan: WrittenPlan): Plan {
  const places = plan.threadGroups.map(({ requests }) =>
    requests.map((request) => defaultPlacement(request, plan.variables)),
  );
  const identity = [IN_BODY, IN_HEADER].find((place) => places.flat().includes(place)) ?? NO_IDENTITY;
  return {
    ...plan,
    identity,
    threadGroups: plan.threadGroups.map((group, g) => ({
      ...group,
      requests: group.requests.map((request, r) => {
        const place = places[g]?.[r] ?? identity;
        return place === identity ? request : { ...request, identity: place };
      }),
    })),
  };
}

function defaultPlacement({ method, headers, body }: Request, own: readonly PlanVariable[] = []): Placement {
  if (messageTemplate(body, [], own) !== null) return IN_BODY;
  const hasBody = body !== null && body !== '';
  const hasHeader = Object.keys(headers).some((name) => name.toLowerCase() === HEADER);
  return hasBody && WRITING.includes(method) && !hasHeader ? IN_HEADER : NO_IDENTITY;
}

/** Returns notes about requests whose identity is not in the body. */
export function identityNotes(plan: Plan): string[] {
  if (!carriesIdentity(plan))
    return ['no request carries an identity, so verify only counts messages; --identity chooses a place'];
  const requests = plan.threadGroups.flatMap((group) => group.requests);
  const countOf = ({ kind }: Placement) =>
    requests.filter((request) => placementOf(plan, request).kind === kind).length;
  const of = (count: number) => `${formatCount(count)} of ${plural(requests.length, 'request')}`;
  const [inHeader, without] = [countOf(IN_HEADER), countOf(NO_IDENTITY)];
  const notes = [
    `the header qbl-id carries the identity of ${of(inHeader)}, because a body that is not a JSON object cannot carry it; --identity chooses another place`,
    `${of(without)} ${verb(without, 'carries', 'carry')} no identity, so verify expects no message of ${verb(without, 'this request', 'these requests')}; --identity chooses a place`,
  ];
  return notes.filter((_, index) => [inHeader, without][index] !== 0);
}
