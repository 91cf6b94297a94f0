import { hash } from 'node:crypto';
import type { Identity } from '../identity.ts';
import type { Execution, TokenFound } from './token.ts';

/** The size of one thread group. Its messages are numbered by thread, then by loop, then by request. */
export interface GroupSize {
  readonly threads: number;
  readonly loops: number;
  readonly requests: number;
}

/**
 * Minimum number of check values. With fewer check values, another system's number could look like a token.
 */
export const LEAST_CHECKS = 2 ** 20;
const NUMBERS = 2 ** 53;
export const MAX_NUMBERED = NUMBERS / LEAST_CHECKS;

/**
 * Writes and reads the tokens of one execution as whole numbers below 2^53, which every JSON parser keeps.
 * The token is p · c + v: p is the message's place in the plan, c the number of check values, and v the check
 * value of the message.
 */
export class NumberTokenCodec {
  readonly #execution: Execution;
  readonly #groups: readonly (GroupSize & { readonly first: number })[];
  readonly #checks: number;

  constructor(execution: Execution, groups: readonly GroupSize[]) {
    this.#execution = execution;
    let first = 0;
    this.#groups = groups.map((group) => {
      const placed = { ...group, first };
      first += messagesOf(group);
      return placed;
    });
    this.#checks = Math.floor(NUMBERS / Math.max(1, first));
  }

  numberOf({ group, thread, loop, request }: Omit<Identity, 'run'>): number {
    const size = this.placeOf(group);
    const inGroup = ((thread - 1) * size.loops + loop - 1) * size.requests + request - 1;
    const place = size.first + inGroup;
    return place * this.#checks + this.#checkOf(place);
  }

  read(number: number): TokenFound | null {
    const place = Math.floor(number / this.#checks);
    if (!Number.isSafeInteger(number) || number < 0 || number % this.#checks !== this.#checkOf(place))
      return null;
    const index = this.#groups.findLastIndex(({ first }) => first <= place);
    const size = this.#groups[index];
    if (size === undefined || place >= size.first + messagesOf(size)) return null;
    const inGroup = place - size.first;
    const inThread = Math.floor(inGroup / size.requests);
    const identity = {
      run: this.#execution.run,
      group: index + 1,
      thread: Math.floor(inThread / size.loops) + 1,
      loop: (inThread % size.loops) + 1,
      request: (inGroup % size.requests) + 1,
    };
    return { identity, isDamaged: false };
  }

  /** Returns the values from which the number tokens of this group are computed. */
  placeOf(group: number): GroupSize & { readonly first: number; readonly checks: number } {
    const size = this.#groups[group - 1];
    if (size === undefined) throw new RangeError(`no thread group ${group}`);
    return { ...size, checks: this.#checks };
  }

  #checkOf(place: number): number {
    const { run, startedAtMs } = this.#execution;
    const sum = hash('md5', `${run}|${startedAtMs}|${place}`);
    return parseInt(sum.slice(0, 13), 16) % this.#checks;
  }
}

export function messagesOf({ threads, loops, requests }: GroupSize): number {
  return threads * loops * requests;
}
