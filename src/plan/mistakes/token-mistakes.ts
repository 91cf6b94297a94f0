import { formatCount } from '../../count.ts';
import { isToken } from '../../message/placement.ts';
import { MAX_NUMBERED, messagesOf } from '../../message/token/number-token.ts';
import { MAX_TOKEN_LOOPS, MAX_TOKEN_THREADS } from '../../message/token/token.ts';
import { placementOf, usesTokens } from '../placements.ts';
import type { Plan, Request, ThreadGroup } from '../plan.ts';
import { BodyError } from '../template/body-template.ts';
import { contentTemplate } from '../template/content.ts';
import { mentionsNumber, mentionsToken, withToken } from '../tokens/token-places.ts';
import type { Mistake } from './mistake.ts';

const WITHOUT_FIND = 'expected find beside identity: template, such as find: $message.header#/order-id';

/** The mistake of a plan that has a field about tokens but sends no tokens. */
export const TOKENS_ONLY =
  'the field applies to tokens only: expected identity: header:Name, field:/pointer or template';

type Path = readonly PropertyKey[];

/** Returns mistakes that keep tokens from being sent, found again or compared. */
export function tokenMistakes(plan: Plan): Mistake[] {
  if (!usesTokens(plan)) return unusedMistakes(plan);
  const ofRequests = plan.threadGroups.flatMap((group, g) => [
    ...sizeMistakes(group, ['threadGroups', g]),
    ...group.requests.flatMap((request, r) =>
      requestMistakes(plan, request, ['threadGroups', g, 'requests', r]),
    ),
  ]);
  return [...ofRequests, ...(ofRequests.length === 0 ? numberMistakes(plan) : [])];
}

function unusedMistakes({ find, content }: Plan): Mistake[] {
  const message = TOKENS_ONLY;
  return [
    ...(find === undefined ? [] : [{ path: ['find'], message }]),
    ...(content === undefined ? [] : [{ path: ['content'], message }]),
  ];
}

function sizeMistakes({ threads, loops }: ThreadGroup, path: Path): Mistake[] {
  const over = (field: string, most: number) => ({
    path: [...path, field],
    message: `expected at most ${formatCount(most)}, because a larger number does not fit into a token`,
  });
  return [
    ...(threads > MAX_TOKEN_THREADS ? [over('threads', MAX_TOKEN_THREADS)] : []),
    ...(loops !== null && loops > MAX_TOKEN_LOOPS ? [over('loops', MAX_TOKEN_LOOPS)] : []),
  ];
}

function requestMistakes(plan: Plan, request: Request, path: Path): Mistake[] {
  const placement = placementOf(plan, request);
  if (!isToken(placement)) return [];
  if (placement.kind === 'template' && plan.find === undefined) {
    const field = request.identity === undefined ? ['identity'] : [...path, 'identity'];
    return [{ path: field, message: WITHOUT_FIND }];
  }
  try {
    const placed = withToken(request, placement, plan.variables);
    if (!mentionsToken(placed))
      return [
        {
          path: [...path, 'identity'],
          message: 'expected ${qbl.id} in the URL, headers or body of the request',
        },
      ];
    contentTemplate(plan, placed);
    return [];
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const field = placement.kind === 'header' ? ['headers'] : ['body'];
    return [{ path: [...path, ...field], message: error.message }];
  }
}

/**
 * Returns mistakes of a plan whose tokens are numbers. A number has fewer digits than a UUID. So the plan
 * must say how many loops there are, and must not have too many messages.
 */
function numberMistakes(plan: Plan): Mistake[] {
  const placed = (request: Request) => withToken(request, placementOf(plan, request), plan.variables);
  const asNumber = plan.threadGroups.findIndex(({ requests }) =>
    requests.some((request) => mentionsNumber(placed(request))),
  );
  if (asNumber === -1) return [];
  const endless = plan.threadGroups.findIndex(({ loops }) => loops === null);
  if (endless !== -1) {
    const message =
      'expected loops, because the identity is a whole number: give the largest number of loops that a thread may need';
    return [{ path: ['threadGroups', endless, 'loops'], message }];
  }
  const messages = plan.threadGroups.reduce(
    (sum, { threads, loops, requests }) =>
      sum + messagesOf({ threads, loops: loops ?? 0, requests: requests.length }),
    0,
  );
  if (messages <= MAX_NUMBERED) return [];
  const message = `expected at most ${formatCount(MAX_NUMBERED)} messages, because the identity is a whole number that counts up to this limit; the plan has ${formatCount(messages)}`;
  return [{ path: ['threadGroups', asNumber], message }];
}
