import type { Identity } from '../../message/identity.ts';
import { MAX_NUMBERED, NumberTokenCodec } from '../../message/token/number-token.ts';
import { spelled } from '../../message/token/spelling.ts';
import { type Execution, TokenCodec } from '../../message/token/token.ts';
import type { Plan } from '../plan.ts';
import type { Variable } from './template.ts';

/** The variables whose value is the token of a message. */
export type TokenVariable = Extract<Variable, `qbl.${string}`>;

/** Writes the token of a message, in the form that the variable names. */
export type TokenWriter = (variable: TokenVariable, identity: Identity) => string | number;

export function isTokenVariable(name: Variable): name is TokenVariable {
  return name.startsWith('qbl.');
}

/** Writes a token of zeros, which has the form of a real token. It is for plans that are only checked. */
export const NO_TOKENS: TokenWriter = (variable) =>
  variable === 'qbl.number' ? 0 : spelled('0'.repeat(32), variable === 'qbl.id' ? 'uuid' : 'digits');

export function tokenWriter(plan: Plan, execution: Execution): TokenWriter {
  const codec = new TokenCodec(execution);
  const numbers = new NumberTokenCodec(execution, groupSizes(plan));
  return (variable, identity) => {
    if (variable === 'qbl.number') return numbers.numberOf(identity);
    return spelled(codec.digitsOf(identity), variable === 'qbl.id' ? 'uuid' : 'digits');
  };
}

/**
 * Returns the sizes of the plan's thread groups. A group without a number of loops counts with the largest possible
 * number.
 */
export function groupSizes({ threadGroups }: Plan) {
  return threadGroups.map(({ threads, loops, requests, flow }) => ({
    threads,
    loops:
      (flow === undefined ? loops : null) ??
      Math.floor(MAX_NUMBERED / (threadGroups.length * threads * requests.length)),
    requests: requests.length,
  }));
}
