/**
 * What became of the messages of a run. It always holds that
 * sent = acked + rejected + indeterminate,
 * indeterminate = recovered + unresolved, and
 * received = acked − lost + recovered + phantom + unexpected.
 */
export const RUN_COUNTS = [
  'sent',
  'acked',
  'rejected',
  'indeterminate',
  /** Distinct messages of the run that arrived. */
  'received',
  /** Acked and not there. */
  'lost',
  /** Messages seen more than once. */
  'duplicated',
  /** Rejected and there all the same. */
  'phantom',
  /** There, without a sample, though the sender stopped in good order. */
  'unexpected',
  /** Deliveries whose sum does not match. */
  'corrupt',
  /** Deliveries to which fields were added. */
  'enriched',
  /** Indeterminate and there. */
  'recovered',
  /** Indeterminate and not there. */
  'unresolved',
  /** Acked messages delivered after one that the same thread sent later, within a partition. */
  'outOfOrder',
  /** Deliveries with the run's id that another execution sent: they count for nothing else. */
  'otherExecution',
] as const;

/** What a service did with the messages of a run, by its receipts. */
export const SERVICE_COUNTS = [
  /** Distinct messages that were processed at least once. */
  'processed',
  /** Distinct messages that were processed more than once. */
  'processedTwice',
  /** Distinct messages that were dead-lettered and never processed. */
  'deadLettered',
  /** Distinct messages that arrived and are neither processed nor dead-lettered. */
  'unprocessed',
  /** Attempts that failed, those included after which a message was dead-lettered. */
  'failedAttempts',
] as const;

/** Kinds of which single messages are shown. */
export const OFFENCES = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;

export type RunCounts = Readonly<Record<(typeof RUN_COUNTS)[number], number>>;
export type ServiceCounts = Readonly<Record<(typeof SERVICE_COUNTS)[number], number>>;
export type Offence = (typeof OFFENCES)[number];

/** A value for each of the names. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}

/** None of each. */
export function zeroOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return byName(names, () => 0);
}

/** The counts of all, added up. */
export function totalOf<Name extends string>(
  names: readonly Name[],
  all: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  return byName(names, (name) => all.reduce((total, counts) => total + counts[name], 0));
}
