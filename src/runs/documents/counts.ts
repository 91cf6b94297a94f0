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
  /** Distinct messages of the run that arrived. */
  'received',
  /** Acknowledged, but missing from the queue. */
  'lost',
  /** Messages that arrived more than once. */
  'duplicated',
  /** Rejected, but in the queue. */
  'phantom',
  /** In the queue without a sample, although the sender exited normally. */
  'unexpected',
  /** Deliveries whose checksum does not match. */
  'corrupt',
  /** Deliveries to which a proxy added fields. */
  'enriched',
  /** Messages with an indeterminate outcome that are in the queue. */
  'recovered',
  /** Messages with an indeterminate outcome that are not in the queue. */
  'unresolved',
  /** Acknowledged messages that were delivered after a later message of the same thread, within a partition. */
  'outOfOrder',
  /** Deliveries with the run's ID that another execution sent. They are in no other count. */
  'otherExecution',
] as const;

/** What a service did with the messages of a run, according to its receipts. */
export const SERVICE_COUNTS = [
  /** Distinct messages that were processed at least once. */
  'processed',
  /** Distinct messages that were processed more than once. */
  'processedTwice',
  /** Distinct messages that were dead-lettered and never processed. */
  'deadLettered',
  /** Distinct messages that arrived, but were neither processed nor dead-lettered. */
  'unprocessed',
  /** Failed attempts, including those of messages that were dead-lettered later. */
  'failedAttempts',
] as const;

/** Offences for which individual messages are shown. */
export const OFFENCES = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;

export type RunCounts = Readonly<Record<(typeof RUN_COUNTS)[number], number>>;
export type ServiceCounts = Readonly<Record<(typeof SERVICE_COUNTS)[number], number>>;
export type Offence = (typeof OFFENCES)[number];

/** Makes an object with one value for each name. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}

/** Makes an object with zero for each name. */
export function zeroOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return byName(names, () => 0);
}

/** Adds up the counts of several objects, name by name. */
export function totalOf<Name extends string>(
  names: readonly Name[],
  all: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  return byName(names, (name) => all.reduce((total, counts) => total + counts[name], 0));
}
