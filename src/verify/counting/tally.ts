import type { Identity } from '../../message/identity.ts';
import type { OwnReading } from '../../message/reading/read.ts';
import type { Place } from '../../queue/message.ts';
import { type Offence, RUN_COUNTS, zeroOf } from '../../runs/documents/counts.ts';
import type { ContentDifference, Offender } from '../../runs/documents/offender.ts';
import type { ReceiptFacts } from '../../runs/rows/receipts-reader.ts';
import { FATES, type Fate } from '../../samples/gaps/gap-counts.ts';
import type { Outcome } from '../../samples/outcome.ts';
import type { RowWindow } from '../row-window.ts';
import type { Conclusion } from './conclusion.ts';
import type { FieldsOf } from './contents/compared-contents.ts';
import { ContentCounts } from './contents/content-counts.ts';
import { type ArrivedPlace, sentAtOf } from './copy-read.ts';
import { countEntry, hasArrived, isOwn, type RunScope, unprovenCopy } from './count-entry.ts';
import { countMessages } from './count-messages.ts';
import { IdentityTable } from './identity-table.ts';
import { RunInQueue } from './in-queue.ts';
import { addOffender, newOffenders } from './offenders.ts';
import { sumOfOthers } from './other-executions.ts';
import { ReceiptsAdded } from './receipts-added.ts';
import { noServiceCounts } from './service-counts.ts';
import type { TokenSent } from './slots/slot-tokens.ts';

/**
 * Compares the samples of one run with the messages in the queue, and with the receipts of a service. Samples and
 * messages may come in any order, but receipts come after the messages. Call `conclude` at the end for the result.
 */
export class Tally {
  readonly contents: ContentCounts;
  readonly receipts = new ReceiptsAdded();
  readonly #run: string;
  readonly #table: IdentityTable;
  readonly #offenders = newOffenders();
  #repeatedRows = 0;
  #deliveries = 0;
  #corrupt = 0;
  #unproven = 0;
  #redelivered = 0;
  #undated = 0;
  readonly #onTokenLatency: (arrivedAtMs: number, sentAtMs: number) => void;

  /**
   * Creates the tally of one run.
   * @param requestsOf returns the number of requests in a thread group, or 1 if it is not known
   * @param onTokenLatency called when both the row and the first copy of a message with a token are known
   * @param fieldsOf returns the fields of a message that the plan compares
   */
  constructor(
    run: string,
    requestsOf: (group: number) => number = () => 1,
    onTokenLatency: (arrivedAtMs: number, sentAtMs: number) => void = () => {},
    fieldsOf?: FieldsOf,
  ) {
    this.#run = run;
    this.#table = new IdentityTable(requestsOf);
    this.#onTokenLatency = onTokenLatency;
    this.contents = new ContentCounts(fieldsOf);
  }

  /** Number of rows that name the same message as an earlier row. */
  get repeatedRows(): number {
    return this.#repeatedRows;
  }

  /** Number of deliveries of the run, including damaged ones. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /**
   * Number of deliveries whose checksum does not match. The plan is not known, so either the messages are
   * damaged, or a proxy added fields.
   */
  get unproven(): number {
    return this.#unproven;
  }

  /** Number of repeated deliveries that the queue marks as redelivered. They need not be second copies. */
  get redelivered(): number {
    return this.#redelivered;
  }

  /** Number of acknowledged messages that were not found so far. */
  get missing(): number {
    return this.#table.missing;
  }

  /**
   * Adds a row of the samples.
   * @param window the period in which the message of the row can have been sent
   */
  addSample(identity: Identity, outcome: Outcome, window: RowWindow): void {
    if (this.#table.setOutcome(identity, outcome, window) === 'repeated') this.#repeatedRows++;
  }

  /**
   * Adds what the row of a message with a token says about the message. Call it before `addSample`.
   * @param isCompared whether the plan compares the content of this message
   */
  addTokenSent(identity: Identity, sent: TokenSent, isCompared: boolean): void {
    const { arrivedAtMs, ...damaged } = this.#table.addTokenSent(identity, sent);
    if (arrivedAtMs !== null) this.#onTokenLatency(arrivedAtMs, sent.sentAtMs);
    for (const { place, difference } of this.contents.addRow(identity, isCompared, sent.content, damaged))
      this.#addCorrupt(identity, place ?? this.#table.placeOf(identity), difference);
  }

  /** Counts a message with the run's ID that was sent before or after this execution. */
  addOfOtherExecution(): void {
    this.#table.others.addApart();
  }

  /**
   * Adds a message that was read.
   * @param redelivered whether the queue may have delivered the message before, even to this reader
   * @returns `first` for the first copy of a message, whose latency counts; `more` for any other delivery of the run;
   * `other` for a message of another sender
   */
  addReading(reading: OwnReading, place: ArrivedPlace, redelivered = false): 'first' | 'more' | 'other' {
    this.#deliveries++;
    const sentAtMs = sentAtOf(reading);
    if (sentAtMs === null && reading.kind !== 'token') this.#undated++;
    if (reading.kind === 'corrupt') {
      this.#addCorrupt(null, place);
      return 'more';
    }
    const { identity } = reading;
    const isEnriched = reading.kind === 'message' && reading.condition === 'enriched';
    const before = this.#table.addSighting(identity, place, sentAtMs, { redelivered, isEnriched });
    if (before === 'other') {
      this.#deliveries--;
      return 'other';
    }
    if (before === 'again') {
      if (redelivered) this.#redelivered++;
      return 'more';
    }
    this.#compare(reading, place, before);
    if (reading.kind === 'message' && reading.condition === 'unproven') this.#unproven++;
    if (before === 1) this.#offend('duplicated', { identity, place });
    return before === 0 ? 'first' : 'more';
  }

  /** Counts damage. The content of a message with a token is compared with its row, if the row is known. */
  #compare(reading: Exclude<OwnReading, { kind: 'corrupt' }>, place: ArrivedPlace, before: number): void {
    const { identity } = reading;
    if (reading.kind === 'message') {
      if (reading.condition === 'corrupt') this.#addCorrupt(identity, place);
      return;
    }
    const { arrivedAtMs = null } = place;
    // A damaged token may be part of the content. The message counts only once as damaged.
    const content = reading.isDamaged ? null : reading.content;
    const row = this.#table.addTokenSeen(identity, { arrivedAtMs, content: content?.hash ?? null });
    if (before === 0 && row.sentAtMs !== null && arrivedAtMs !== null)
      this.#onTokenLatency(arrivedAtMs, row.sentAtMs);
    const difference = this.contents.addCopy(identity, content, place, row);
    if (reading.isDamaged || row.isDamaged) this.#addCorrupt(identity, place, difference);
  }

  /**
   * Adds a receipt of this run.
   * @param addsUnknown whether a message that is known only from its receipt counts as arrived
   */
  addReceipt(identity: Identity, facts: ReceiptFacts, addsUnknown: boolean): void {
    const sentAtMs = facts.condition === 'intact' ? facts.sentAtMs : null;
    const before = this.#table.addReceipt(identity, facts.outcome, sentAtMs, addsUnknown);
    if (before !== 'other') this.receipts.add(before, facts);
  }

  /**
   * Returns the result.
   * @param scope what the plan contains, and whether the sender ended cleanly
   */
  conclude(scope: RunScope): Conclusion {
    this.#table.concludeRows();
    const into = {
      counts: { ...zeroOf(RUN_COUNTS), corrupt: this.#corrupt },
      service: noServiceCounts(this.receipts.failedAttempts),
      unstored: { rejected: 0, indeterminate: 0 },
      offenders: newOffenders(this.#offenders),
      unseen: this.receipts.unknown,
      contentsUnseen: 0,
      fitting: 0,
    };
    const withoutRow = countMessages(this.#table, this.#run, scope, into);
    const { counts, offenders } = into;
    const others = sumOfOthers(this.#table.others.countFor(scope.period), withoutRow.countFor(scope.period));
    counts.otherExecution = others.apart + others.among;
    offenders.duplicated = offenders.duplicated.filter(
      ({ identity }) => identity === null || this.#isRepeated(identity, scope),
    );
    return { ...into, others, undated: this.#undated };
  }

  /**
   * What the queue shows about the message of a row, beyond the outcome in the row. Null if the queue and the
   * outcome agree.
   */
  fateOf(identity: Identity, scope: RunScope): Fate | null {
    const entry = this.#table.entryOf(identity);
    if (entry === null) return null;
    const counts = zeroOf(RUN_COUNTS);
    countEntry(counts, entry, hasArrived(entry, scope.copiesOnly ? unprovenCopy(entry) : null), scope);
    return FATES.find((fate) => counts[fate] > 0) ?? null;
  }

  inQueue(scope: RunScope): RunInQueue {
    return new RunInQueue(this.#run, this.#table, scope);
  }

  #isRepeated(identity: Identity, scope: RunScope): boolean {
    const outcome = this.#table.outcomeOf(identity);
    return this.#table.timesSeen(identity) > 1 && isOwn({ outcome }, scope);
  }

  #addCorrupt(
    identity: Identity | null,
    { partition, offset }: Place,
    content: ContentDifference | undefined = undefined,
  ): void {
    this.#corrupt++;
    const place = { partition, offset };
    this.#offend('corrupt', { identity, place, ...(content === undefined ? {} : { content }) });
  }

  #offend(offence: Offence, offender: Offender): void {
    addOffender(this.#offenders, offence, offender);
  }
}
