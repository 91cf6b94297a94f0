import type { Identity } from '../../message/identity.ts';
import type { OwnReading } from '../../message/reading/read.ts';
import type { Place } from '../../queue/queue.ts';
import {
  type Offence,
  RUN_COUNTS,
  type RunCounts,
  type ServiceCounts,
  zeroOf,
} from '../../runs/documents/counts.ts';
import { MAX_OFFENDERS, type Offender, type Offenders } from '../../runs/documents/verify-json.ts';
import type { ReceiptRow } from '../../runs/rows/receipts-reader.ts';
import type { Outcome } from '../../samples/outcome.ts';
import type { RowWindow } from '../row-window.ts';
import { countEntry, isOwn, type RunScope, unprovenCopy } from './count-entry.ts';
import { type Entry, IdentityTable } from './identity-table.ts';
import { addOffender, newOffenders } from './offenders.ts';
import { OrderCheck, outOfOrder } from './order.ts';
import { OtherExecutions, type OtherExecutionsCount, sumOfOthers } from './other-executions.ts';
import { countServed, noServiceCounts } from './service-counts.ts';
import { isDeadLettered, processedIn, seenIn } from './slots/slot-state.ts';

/**
 * Holds the samples of one run against what was read from the queue, and what a service did. Samples and readings may
 * come in any order and interleaved, receipts after the readings; nothing is concluded before `conclude`.
 */
export class Tally {
  readonly #run: string;
  readonly #table: IdentityTable;
  readonly #offenders = newOffenders();
  #repeatedRows = 0;
  #deliveries = 0;
  #corrupt = 0;
  #unproven = 0;
  #redelivered = 0;
  #failedAttempts = 0;
  #unknownReceipts = 0;
  #unprovenReceipts = 0;
  #redeliveredReceipts = 0;
  #undated = 0;

  /** @param requestsOf how many requests a thread group has; 1 where nobody knows */
  constructor(run: string, requestsOf: (group: number) => number = () => 1) {
    this.#run = run;
    this.#table = new IdentityTable(requestsOf);
  }

  /** Rows of the samples that name a message which another row names too. */
  get repeatedRows(): number {
    return this.#repeatedRows;
  }

  /** Deliveries of messages of the run, damaged ones too. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Deliveries whose sum does not match, while the plan that would tell why is not known. */
  get unproven(): number {
    return this.#unproven;
  }

  /** Deliveries of messages seen before, of which the queue says that they may be those very ones. */
  get redelivered(): number {
    return this.#redelivered;
  }

  /** Receipts of messages that no reader saw and whose sum does not match, and nobody can tell why. */
  get unprovenReceipts(): number {
    return this.#unprovenReceipts;
  }

  /** Receipts of messages that were done with before, once by dead-lettering: given out again, or second copies. */
  get redeliveredReceipts(): number {
    return this.#redeliveredReceipts;
  }

  /** Acked messages that were not seen yet. */
  get missing(): number {
    return this.#table.missing;
  }

  /** @param window when the message of the sample can have been sent */
  addSample(identity: Identity, outcome: Outcome, window: RowWindow): void {
    if (this.#table.setOutcome(identity, outcome, window) === 'repeated') this.#repeatedRows++;
  }

  /** A message with the run's id that was sent when the run surely was not. */
  addOfOtherExecution(): void {
    this.#table.others.addApart();
  }

  /**
   * @param redelivered the queue delivered it before, maybe to this very reader
   * @returns what it is: the first sight of a message, whose latency counts, one more of the run, or another's
   */
  addReading(reading: OwnReading, place: Place, redelivered = false): 'first' | 'more' | 'other' {
    this.#deliveries++;
    const sentAtMs = sentAtOf(reading);
    if (sentAtMs === null) this.#undated++;
    if (reading.kind === 'corrupt') {
      this.#addCorrupt(null, place);
      return 'more';
    }
    const isEnriched = reading.condition === 'enriched';
    const before = this.#table.addSighting(reading.identity, place, sentAtMs, { redelivered, isEnriched });
    if (before === 'other') {
      this.#deliveries--;
      return 'other';
    }
    if (before === 'again') {
      if (redelivered) this.#redelivered++;
      return 'more';
    }
    if (reading.condition === 'corrupt') this.#addCorrupt(reading.identity, place);
    if (reading.condition === 'unproven') this.#unproven++;
    if (before === 1) this.#offend('duplicated', { identity: reading.identity, place });
    return before === 0 ? 'first' : 'more';
  }

  /**
   * @param receipt one of this run
   * @param addsUnknown whether a message of which nothing is known counts as one that has arrived
   */
  addReceipt(identity: Identity, { outcome, condition, sentAtMs }: ReceiptRow, addsUnknown: boolean): void {
    const provenSentAtMs = condition === 'intact' ? sentAtMs : null;
    const before = this.#table.addReceipt(identity, outcome, provenSentAtMs, addsUnknown);
    if (before === 'other') return;
    if (outcome !== 'processed') this.#failedAttempts++;
    if (before === null) {
      this.#unknownReceipts++;
      return;
    }
    if (condition !== 'intact' && seenIn(before) === 0) this.#unprovenReceipts++;
    const wasProcessed = outcome === 'dead-lettered' && processedIn(before) > 0;
    if (outcome !== 'failed' && (isDeadLettered(before) || wasProcessed)) this.#redeliveredReceipts++;
  }

  /** @param scope what the plan holds, and whether the sender stopped in good order */
  conclude(scope: RunScope): Conclusion {
    this.#table.concludeRows();
    const counts = { ...zeroOf(RUN_COUNTS), corrupt: this.#corrupt };
    const service = noServiceCounts(this.#failedAttempts);
    const unstored = { rejected: 0, indeterminate: 0 };
    let unseen = this.#unknownReceipts;
    const offenders = newOffenders(this.#offenders);
    const withoutRow = new OtherExecutions();
    let fitting = 0;
    for (const thread of this.#table.threads()) {
      const order = new OrderCheck();
      for (const entry of thread.forwards()) {
        if (entry.outcome === null && entry.sentAtMs !== null && !scope.isOfRun(entry, entry.sentAtMs)) {
          for (let i = 0; i < Math.max(1, entry.seen); i++) withoutRow.add(entry.sentAtMs);
          continue;
        }
        order.add(entry);
        const unproven = scope.copiesOnly ? unprovenCopy(entry) : null;
        if (unproven !== null) unstored[unproven]++;
        const arrived = unproven === null && (entry.seen > 0 || entry.hasReceipt);
        if (arrived && entry.outcome !== null) fitting++;
        const offence = countEntry(counts, entry, arrived, scope);
        if (arrived) countServed(service, entry);
        if (entry.hasReceipt && entry.seen === 0) unseen++;
        if (offence !== null) addOffender(offenders, offence, this.#offender(entry));
      }
      // Only a walk backwards tells which; most threads need none.
      if (order.holds) continue;
      const earliest: Entry[] = [];
      for (const entry of outOfOrder(thread.backwards())) {
        counts.outOfOrder++;
        earliest.unshift(entry);
        if (earliest.length > MAX_OFFENDERS) earliest.pop();
      }
      for (const entry of earliest) addOffender(offenders, 'outOfOrder', this.#offender(entry));
    }
    const others = sumOfOthers(this.#table.others.countFor(scope.period), withoutRow.countFor(scope.period));
    counts.otherExecution = others.apart + others.among;
    offenders.duplicated = offenders.duplicated.filter(
      ({ identity }) => identity === null || this.#isRepeated(identity, scope),
    );
    return { counts, service, unseen, unstored, offenders, others, fitting, undated: this.#undated };
  }

  #isRepeated(identity: Identity, scope: RunScope): boolean {
    const outcome = this.#table.outcomeOf(identity);
    return this.#table.timesSeen(identity) > 1 && isOwn({ outcome }, scope);
  }

  #offender({ group, thread, loop, request, place }: Entry): Offender {
    return { identity: { run: this.#run, group, thread, loop, request }, place };
  }

  #addCorrupt(identity: Identity | null, place: Place): void {
    this.#corrupt++;
    this.#offend('corrupt', { identity, place });
  }

  #offend(offence: Offence, offender: Offender): void {
    addOffender(this.#offenders, offence, offender);
  }
}

export interface Conclusion {
  readonly counts: RunCounts;
  readonly service: ServiceCounts;
  /** Messages that no reader saw, and of which there are receipts. */
  readonly unseen: number;
  /** Messages that were not acked, and of which only copies were seen. They count as not arrived. */
  readonly unstored: { readonly rejected: number; readonly indeterminate: number };
  readonly offenders: Offenders;
  /** Messages with the run's id that other executions sent. */
  readonly others: OtherExecutionsCount;
  /** Messages that are there and fit a row. */
  readonly fitting: number;
  /** Deliveries of which nothing proves when they were sent. */
  readonly undated: number;
}

/** Only a sum that fits proves when a message was sent. */
function sentAtOf(reading: OwnReading): number | null {
  if (reading.kind === 'corrupt') return null;
  return reading.condition === 'intact' || reading.condition === 'enriched' ? reading.sentAtMs : null;
}
