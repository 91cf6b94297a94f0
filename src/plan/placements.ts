import {
  defaultFindPlaces,
  type FindPlace,
  findPlaceText,
  isToken,
  type Placement,
} from '../message/placement.ts';
import type { Plan, Request } from './plan.ts';

/** Returns where the identity of a request's messages travels. */
export function placementOf(
  { identity }: Pick<Plan, 'identity'>,
  request: Pick<Request, 'identity'>,
): Placement {
  return request.identity ?? identity;
}

/** Whether at least one request sends messages with an identity. Otherwise messages can only be counted. */
export function carriesIdentity(plan: Plan): boolean {
  return placementsOf(plan).some(({ kind }) => kind !== 'none');
}

/** Whether the request puts a message into the queue, as far as the plan shows this. */
export function sendsMessage(plan: Plan, request: Request): boolean {
  const { kind } = placementOf(plan, request);
  if (kind === 'none') return !carriesIdentity(plan);
  return request.body !== null || kind === 'header' || kind === 'template';
}

/** Whether the content of the request's messages is compared with what was sent. */
export function comparesContent(plan: Plan, request: Request): boolean {
  const { kind } = plan.content ?? { kind: 'none' };
  return kind !== 'none' && request.body !== null && isToken(placementOf(plan, request));
}

/** Whether at least one request has its identity under the reserved key of its body. */
export function usesBody(plan: Plan): boolean {
  return placementsOf(plan).some(({ kind }) => kind === 'body');
}

export function usesTokens(plan: Plan): boolean {
  return placementsOf(plan).some(isToken);
}

/** Returns the places where `verify` looks for tokens, each place once. */
export function findPlacesOf(plan: Plan): readonly FindPlace[] {
  const places = plan.find ?? placementsOf(plan).flatMap(defaultFindPlaces);
  return [...new Map(places.map((place) => [findPlaceText(place), place])).values()];
}

/** Returns the names of the request headers whose tokens `verify` expects in the headers of the message. */
export function tokenHeaders(plan: Plan): readonly string[] {
  const names = placementsOf(plan).flatMap((placement) =>
    placement.kind === 'header' ? [placement.name] : [],
  );
  return [...new Set(names)];
}

function placementsOf(plan: Plan): readonly Placement[] {
  // JMeter can run requests of such a plan that are in no thread group, such as those of a test fragment.
  if (plan.foreign !== undefined) return [plan.identity];
  return plan.threadGroups.flatMap(({ requests }) => requests.map((request) => placementOf(plan, request)));
}
