import type { TokenRun } from '../../message/reading/token-reader.ts';
import { NumberTokenCodec } from '../../message/token/number-token.ts';
import { type Execution, TokenCodec } from '../../message/token/token.ts';
import { findPlacesOf } from '../placements.ts';
import type { Plan } from '../plan.ts';
import { groupSizes } from '../template/tokens.ts';
import { mentionsNumber } from './token-places.ts';

export function tokenRun(plan: Plan, execution: Execution): TokenRun {
  return {
    codec: new TokenCodec(execution),
    numbers: sendsNumbers(plan) ? new NumberTokenCodec(execution, groupSizes(plan)) : null,
    find: findPlacesOf(plan),
    content: plan.content ?? { kind: 'none' },
  };
}

/**
 * True if the plan sends tokens that are numbers. In any other plan, numbers of other systems must not count as
 * tokens.
 */
function sendsNumbers({ threadGroups }: Plan): boolean {
  return threadGroups.some(({ requests }) => requests.some(mentionsNumber));
}
