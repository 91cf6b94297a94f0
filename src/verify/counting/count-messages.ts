import { MAX_OFFENDERS } from '../../runs/documents/offender.ts';
import type { Conclusion } from './conclusion.ts';
import { addPlain, countEntry, hasArrived, isOfOther, type RunScope, unprovenCopy } from './count-entry.ts';
import type { IdentityTable } from './identity-table.ts';
import { identityOf } from './in-queue.ts';
import { addOffender, type newOffenders } from './offenders.ts';
import { lateMessages, OrderCheck } from './order.ts';
import { OtherExecutions } from './other-executions.ts';
import { countServed } from './service-counts.ts';

/** The counts to which the messages of a run are added. */
export interface MessageCounts {
  readonly counts: Parameters<typeof countEntry>[0];
  readonly service: Parameters<typeof countServed>[0];
  readonly unstored: { -readonly [K in keyof Conclusion['unstored']]: number };
  readonly offenders: ReturnType<typeof newOffenders>;
  unseen: number;
  contentsUnseen: number;
  fitting: number;
}

/** Counts all messages of a run. Returns the messages without a row that other executions sent. */
export function countMessages(
  table: IdentityTable,
  run: string,
  scope: RunScope,
  into: MessageCounts,
): OtherExecutions {
  const { counts, service, unstored, offenders } = into;
  const withoutRow = new OtherExecutions();
  let order = new OrderCheck();
  let plain = 0;
  // Most messages are plain: acknowledged, read once, and nothing else is known about them. They are counted without
  // creating an object for each message.
  const countPlain = (slot: number): boolean => {
    const place = table.plainPlace(slot);
    if (place === null) return false;
    order.addPlace(place);
    plain++;
    return true;
  };
  for (const thread of table.threads()) {
    order = new OrderCheck();
    for (const entry of thread.forwards(countPlain)) {
      if (isOfOther(entry, scope)) {
        for (let i = 0; i < Math.max(1, entry.seen); i++) withoutRow.add(entry.sentAtMs);
        continue;
      }
      order.add(entry);
      const unproven = scope.copiesOnly ? unprovenCopy(entry) : null;
      if (unproven !== null) unstored[unproven]++;
      const arrived = hasArrived(entry, unproven);
      if (arrived && entry.outcome !== null) into.fitting++;
      const offence = countEntry(counts, entry, arrived, scope);
      if (arrived) countServed(service, entry);
      if (entry.hasReceipt && entry.seen === 0) into.unseen++;
      if (entry.hasReceipt && entry.seen === 0 && entry.hasContent) into.contentsUnseen++;
      if (offence !== null)
        addOffender(offenders, offence, { identity: identityOf(entry, run), place: entry.place });
    }
    // A second pass over the thread, from the last message to the first, finds the messages that are out of
    // order. Most threads do not need it.
    if (order.holds) continue;
    const late = lateMessages(thread.backwards(), MAX_OFFENDERS);
    counts.outOfOrder += late.count;
    for (const entry of late.earliest)
      addOffender(offenders, 'outOfOrder', { identity: identityOf(entry, run), place: entry.place });
  }
  addPlain(counts, service, plain);
  into.fitting += plain;
  return withoutRow;
}
