import type { FindPlace } from '../message/placement.ts';

/** How many hops must contain each message: exactly one, or at least one. */
export const HOP_RULES = ['exactly-one', 'at-least-one'] as const;
export type HopRule = (typeof HOP_RULES)[number];

/**
 * A further queue or topic. The service takes messages from the first queue, and writes outputs, replies or dead
 * letters to the hops.
 */
export interface Hop {
  readonly name: string;
  /** The URL, without secrets. */
  readonly queue: string;
  /**
   * Where `verify` looks for a token in the messages of the hop. If absent, `verify` looks in the same places as in
   * the first queue.
   */
  readonly find?: readonly FindPlace[];
}

/** All hops of a run, and the rule that says how many messages must be in the hops for each message of the queue. */
export interface Hops {
  readonly places: readonly Hop[];
  readonly rule: HopRule;
  /**
   * How long `verify` waits for outputs in the hops after it has read the first queue (from which the service takes
   * messages) to its end.
   */
  readonly withinMs: number;
}

export interface HopFields {
  readonly hops?: readonly Hop[];
  readonly hopRule?: HopRule;
  readonly hopWithinMs?: number;
}

export const DEFAULT_HOP_RULE: HopRule = 'exactly-one';
export const DEFAULT_HOP_WITHIN_MS = 60_000;

/** Returns the hops of a plan: the queues to which the user's service writes. Null if the plan has no hops. */
export function hopsOf(fields: HopFields): Hops | null {
  const {
    hops: places,
    hopRule: rule = DEFAULT_HOP_RULE,
    hopWithinMs: withinMs = DEFAULT_HOP_WITHIN_MS,
  } = fields;
  return places === undefined ? null : { places, rule, withinMs };
}

/** Returns the first hop whose queue is also the queue of another hop. Null if all queues differ. */
export function repeatedQueue(hops: readonly Hop[]): Hop | null {
  return hops.find(({ queue }, index) => hops.findIndex((other) => other.queue === queue) < index) ?? null;
}
