import type { RunCounts, ServiceCounts } from '../../../runs/documents/counts.ts';
import type { ReceiptFacts } from '../../../runs/rows/receipts-reader.ts';
import type { Outcome } from '../../../samples/outcome.ts';
import { type History, isPlanned, key, LATER, type Served } from './histories.ts';

/**
 * For each identity, returns the copies of the first message that fits its row. If the identity has no row, the
 * message must fit the run.
 */
function ownDeliveries({ samples, deliveries }: Pick<History, 'samples' | 'deliveries'>) {
  const rows = new Set(samples.map(({ identity }) => key(identity)));
  const sentAt = new Map<string, number>();
  for (const { reading } of deliveries) {
    if (reading.kind !== 'message') continue;
    const id = key(reading.identity);
    const fits = !rows.has(id) || (reading.sentAtMs >= -1_000 && reading.sentAtMs <= 20);
    if (fits && !sentAt.has(id)) sentAt.set(id, reading.sentAtMs);
  }
  return deliveries.filter(({ reading }) => {
    if (reading.kind !== 'message') return true;
    const at = sentAt.get(key(reading.identity)) ?? LATER;
    return reading.sentAtMs === at && at >= -2_000 && at <= 1_000;
  });
}

/**
 * Returns the receipts that count: the receipts of known messages. If `addsUnknown` is set, returns all other receipts
 * too.
 */
function countedReceipts({ samples, deliveries, receipts, addsUnknown }: History): Served[] {
  const known = new Set(samples.map(({ identity }) => key(identity)));
  for (const { reading } of ownDeliveries({ samples, deliveries }))
    if (reading.kind === 'message') known.add(key(reading.identity));
  return receipts.filter(({ identity }) => addsUnknown || known.has(key(identity)));
}

/** Computes the same counts in another way: with sets and loops, directly from their definitions. */
export function naive(history: History): RunCounts {
  const { samples, deliveries, ended } = history;
  const own = ownDeliveries(history);
  const messages = own.flatMap(({ reading, place }) =>
    reading.kind === 'message' ? [{ ...reading, id: key(reading.identity), place }] : [],
  );
  const served = countedReceipts(history);
  const arrived = new Set([...messages.map(({ id }) => id), ...served.map(({ identity }) => key(identity))]);
  const outcomes = new Map(samples.map(({ identity, outcome }) => [key(identity), outcome]));
  const withoutRow = new Map(
    [...messages, ...served]
      .map(({ identity }) => [key(identity), identity] as const)
      .filter(([id]) => !outcomes.has(id)),
  );
  const indeterminateWithoutRow = [...withoutRow.values()].filter(
    (identity) => !ended && isPlanned(identity),
  );
  for (const identity of indeterminateWithoutRow) outcomes.set(key(identity), 'indeterminate');
  const of = (outcome: Outcome, there: boolean) =>
    [...outcomes].filter(([id, its]) => its === outcome && arrived.has(id) === there).length;
  const number = (outcome: Outcome) => of(outcome, true) + of(outcome, false);
  const first = messages.filter((message, i) => messages.findIndex(({ id }) => id === message.id) === i);
  const isSeenFirstThere = ({ id, place }: (typeof messages)[number], i: number) =>
    messages.findIndex((other) => other.id === id && other.place.partition === place.partition) === i;
  const firstInPartition = messages.filter(isSeenFirstThere);
  const isLate = (late: (typeof messages)[number]) =>
    firstInPartition.some(
      (early) =>
        outcomes.get(late.id) === 'acked' &&
        outcomes.get(early.id) === 'acked' &&
        early.identity.group === late.identity.group &&
        early.identity.thread === late.identity.thread &&
        early.place.partition === late.place.partition &&
        early.place.offset < late.place.offset &&
        early.identity.loop * 10 + early.identity.request > late.identity.loop * 10 + late.identity.request,
    );
  const late = first.filter(({ id }) => firstInPartition.filter((copy) => copy.id === id).every(isLate));
  return {
    sent: outcomes.size,
    acked: number('acked'),
    rejected: number('rejected'),
    indeterminate: number('indeterminate'),
    received: arrived.size,
    lost: of('acked', false),
    duplicated: [...arrived].filter((id) => messages.filter((message) => message.id === id).length > 1)
      .length,
    phantom: of('rejected', true),
    unexpected: withoutRow.size - indeterminateWithoutRow.length,
    corrupt: own.filter(
      ({ reading }) =>
        reading.kind === 'corrupt' || (reading.kind === 'message' && reading.condition === 'corrupt'),
    ).length,
    enriched: new Set(messages.filter(({ condition }) => condition === 'enriched').map(({ id }) => id)).size,
    recovered: of('indeterminate', true),
    unresolved: of('indeterminate', false),
    outOfOrder: late.length,
    otherExecution: deliveries.length - own.length,
  };
}

/** Computes the counts of a service in another way: with sets and loops. */
export function naiveService(history: History): ServiceCounts & { unseen: number } {
  const served = countedReceipts(history);
  const seen = new Set(
    ownDeliveries(history).flatMap(({ reading }) =>
      reading.kind === 'message' ? [key(reading.identity)] : [],
    ),
  );
  const received = new Set(served.map(({ identity }) => key(identity)));
  const times = (id: string, outcome: ReceiptFacts['outcome']) =>
    served.filter((receipt) => key(receipt.identity) === id && receipt.outcome === outcome).length;
  const unprocessed = [...new Set([...seen, ...received])].filter((id) => times(id, 'processed') === 0);
  return {
    processed: [...received].filter((id) => times(id, 'processed') > 0).length,
    processedTwice: [...received].filter((id) => times(id, 'processed') > 1).length,
    deadLettered: unprocessed.filter((id) => times(id, 'dead-lettered') > 0).length,
    unprocessed: unprocessed.filter((id) => times(id, 'dead-lettered') === 0).length,
    failedAttempts: history.receipts.filter(({ outcome }) => outcome !== 'processed').length,
    unseen: [...received].filter((id) => !seen.has(id)).length + history.receipts.length - served.length,
  };
}
