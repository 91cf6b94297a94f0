import { carriesIdentity, usesTokens } from '../placements.ts';
import type { Plan } from '../plan.ts';
import type { Mistake } from './mistake.ts';
import { TOKENS_ONLY } from './token-mistakes.ts';

/**
 * Returns mistakes in the fields about hops (the queues to which the user's service writes). Reports messages that
 * `verify` cannot find in the hops, and fields that need hops in a plan without hops.
 */
export function hopMistakes(plan: Plan): Mistake[] {
  const { hops, hopRule, hopWithinMs } = plan;
  if (hops === undefined) {
    const message = 'the field applies to hops only, and the plan has no hops: add the field hops';
    return [
      ...(hopRule === undefined ? [] : [{ path: ['hopRule'], message }]),
      ...(hopWithinMs === undefined ? [] : [{ path: ['hopWithin'], message }]),
    ];
  }
  if (!carriesIdentity(plan))
    return [{ path: ['hops'], message: 'messages without an identity cannot be found in hops' }];
  if (usesTokens(plan)) return [];
  return hops
    .filter(({ find }) => find !== undefined)
    .map(({ name }) => ({ path: ['hops', name, 'find'], message: TOKENS_ONLY }));
}
