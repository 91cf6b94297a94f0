import type { Identity } from '../../../message/identity.ts';
import type { HopRule } from '../../../plan/hops.ts';
import { byName, HOP_COUNTS, type HopCounts, zeroOf } from '../../../runs/documents/counts.ts';
import type { HopOffenders, HopVerification } from '../../../runs/documents/hops-json.ts';
import { MAX_OFFENDERS, type Offender } from '../../../runs/documents/offender.ts';
import type { HopEntry } from './hop-tally.ts';

export type CountsOfHop = Pick<HopVerification, 'received' | 'repeated' | 'neverSent' | 'notInQueue'>;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * Counts the messages of the first queue that are in no hop or in too many hops. Also counts the messages of
 * the hops that are not in the first queue. A hop is a queue to which the user's service writes.
 */
export class HopCounter {
  readonly counts: Mutable<HopCounts> = zeroOf(HOP_COUNTS);
  readonly offenders: Record<keyof HopOffenders, Offender[]> = byName(HOP_COUNTS, () => []);
  readonly ofHops: readonly Mutable<CountsOfHop>[];
  readonly #rule: HopRule;
  readonly #mayBeSent: (identity: Identity) => boolean;

  /**
   * Creates the counts of one run, all 0.
   * @param hops number of hops
   * @param mayBeSent returns whether the run sent the message, or may have sent it
   */
  constructor(hops: number, rule: HopRule, mayBeSent: (identity: Identity) => boolean) {
    this.#rule = rule;
    this.#mayBeSent = mayBeSent;
    this.ofHops = Array.from({ length: hops }, () => ({
      received: 0,
      repeated: 0,
      neverSent: 0,
      notInQueue: 0,
    }));
  }

  add({ identity, isInQueue, copies }: HopEntry): void {
    const name = isInQueue ? null : this.#mayBeSent(identity) ? 'notInQueue' : 'neverSent';
    for (const [hop, counts] of this.ofHops.entries()) {
      const inHop = copies[hop] ?? 0;
      if (inHop === 0) continue;
      counts[name ?? 'received']++;
      if (name === null && inHop > 1) counts.repeated++;
    }
    if (name !== null) this.#count(name, identity);
    else if (copies.every((each) => each === 0)) this.#count('missing', identity);
    else if (isRepeated(copies, this.#rule)) this.#count('repeated', identity);
  }

  #count(name: keyof HopCounts, identity: Identity): void {
    this.counts[name]++;
    if (this.offenders[name].length < MAX_OFFENDERS) this.offenders[name].push({ identity, place: null });
  }
}

/** Whether a message is in a hop more than once, or in more hops than the rule allows. */
function isRepeated(copies: readonly number[], rule: HopRule): boolean {
  if (copies.some((each) => each > 1)) return true;
  return rule === 'exactly-one' && copies.filter((each) => each > 0).length > 1;
}
