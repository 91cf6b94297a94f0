/**
 * The outcomes of a run's messages. These equations always hold:
 * sent = acked + rejected + indeterminate,
 * indeterminate = recovered + unresolved,
 * received = acked − lost + recovered + phantom + unexpected.
 */
export const RUN_COUNTS = [
  'sent',
  'acked',
  'rejected',
  'indeterminate',
  /** Number of different messages of the run that arrived. */
  'received',
  'lost',
  'duplicated',
  'phantom',
  /** Messages that are in the queue but have no sample, although the sender ended cleanly. */
  'unexpected',
  /** Deliveries whose checksum does not match. */
  'corrupt',
  /** Deliveries to which a proxy added fields. */
  'enriched',
  /** Messages with an indeterminate outcome that are in the queue. */
  'recovered',
  /** Messages with an indeterminate outcome that are not in the queue. */
  'unresolved',
  /** Acknowledged messages that were delivered after a message that their thread sent later, in the same partition. */
  'outOfOrder',
  /** Deliveries that have the run's ID but come from another sender. They are in no other count. */
  'otherExecution',
] as const;

/** What a service did with the messages of a run, according to its receipts. */
export const SERVICE_COUNTS = [
  'processed',
  /** Messages that were processed more than once. */
  'processedTwice',
  'deadLettered',
  /** Messages that arrived, but were neither processed nor dead-lettered. */
  'unprocessed',
  /** Attempts that failed, including those of messages that were dead-lettered later. */
  'failedAttempts',
] as const;

/** Counts of the runs' messages in the hops (queues to which the service writes). */
export const HOP_COUNTS = [
  /** Messages that are in the queue and in no hop. */
  'missing',
  /** Messages that are in a hop more than once, or in several hops if the rule is `exactly-one`. */
  'repeated',
  /** Messages that are in a hop, and were never sent by the run. */
  'neverSent',
  /** Messages that were sent and are in a hop, but were not found in the queue. */
  'notInQueue',
] as const;

/** The problems for which verify.json lists the first messages. */
export const OFFENCES = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;

export type RunCounts = Readonly<Record<(typeof RUN_COUNTS)[number], number>>;
export type ServiceCounts = Readonly<Record<(typeof SERVICE_COUNTS)[number], number>>;
export type HopCounts = Readonly<Record<(typeof HOP_COUNTS)[number], number>>;
export type Offence = (typeof OFFENCES)[number];

/** Returns an object with a property for each name. `of` computes the value of a property. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}

/** Returns an object with a property for each name. Each value is 0. */
export function zeroOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return byName(names, () => 0);
}

/** Adds up several objects. Returns an object with the sum of each named property. */
export function totalOf<Name extends string>(
  names: readonly Name[],
  all: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  return byName(names, (name) => all.reduce((total, counts) => total + counts[name], 0));
}
