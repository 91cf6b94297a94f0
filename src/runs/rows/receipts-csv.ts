import { type Identity, isRunId } from '../../message/identity.ts';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { openCsv } from './csv-file.ts';

export const RECEIPTS_HEADER =
  'run,group,thread,loop,request,sentAt,attempt,instance,arrived,started,finished,outcome,condition';

/**
 * Maximum time in a receipt, in epoch milliseconds. A larger number would be written with an exponent or with
 * fewer digits.
 */
export const MAX_TIME_MS = 1e13;

/**
 * The outcome of an attempt. `processed` and `dead-lettered` are final, unless the queue redelivers the
 * message. After `failed`, the service makes another attempt.
 */
export const RECEIPT_OUTCOMES = ['processed', 'failed', 'dead-lettered'] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/**
 * The record of one attempt to process a message. A service writes the receipt before it acknowledges the message.
 * Times are in epoch milliseconds.
 */
export interface Receipt {
  /** The identity of the message. Null if the message has no identity. */
  readonly identity: Identity | null;
  /** The send time of the message. Null if it is not known, or if no checksum confirms it. */
  readonly sentAtMs: number | null;
  /** Number of the attempt. It is 1 for the first attempt after each delivery. */
  readonly attempt: number;
  /** Number of the service's instance, from 1. */
  readonly instance: number;
  readonly arrivedAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly outcome: ReceiptOutcome;
  /** Whether the checksum of the message matches, does not match, or is missing. */
  readonly condition: ReceivedCondition;
}

export interface ReceiptWriter {
  /**
   * Writes a receipt. Resolves when the operating system has the receipt, so that it is not lost if this process is
   * killed.
   */
  write(receipt: Receipt): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens receipts.csv.
 * @throws QblError 'environment' if the file cannot be opened
 */
export async function openReceipts(path: string): Promise<ReceiptWriter> {
  const file = await openCsv(path, RECEIPTS_HEADER);
  return { write: (receipt) => file.append(rowOf(receipt)), close: () => file.close() };
}

function rowOf(receipt: Receipt): (string | number)[] {
  const { identity, sentAtMs, attempt, instance, outcome, condition } = receipt;
  const { arrivedAtMs, startedAtMs, finishedAtMs } = receipt;
  const times = [arrivedAtMs, startedAtMs, finishedAtMs].map(thousandths);
  return [...identityCells(identity), sentAtCell(sentAtMs), attempt, instance, ...times, outcome, condition];
}

/**
 * Returns the cells for an identity. The run's name comes from a message. If it is not a valid run ID, the cells stay
 * empty, because such a name could break the row.
 */
function identityCells(identity: Identity | null): (string | number)[] {
  if (identity === null || !isRunId(identity.run)) return ['', '', '', '', ''];
  const { run, group, thread, loop, request } = identity;
  return [run, group, thread, loop, request];
}

/**
 * Returns the cell for a send time. A message can contain any number, so the cell stays empty if the number
 * is not a valid time. Rounding must not change the whole milliseconds, because verify compares them.
 */
function sentAtCell(sentAtMs: number | null): string | number {
  if (sentAtMs === null || !(sentAtMs >= 0 && sentAtMs < MAX_TIME_MS)) return '';
  const wholeMs = Math.floor(sentAtMs);
  return thousandths(wholeMs + Math.min(sentAtMs - wholeMs, 0.999));
}

/** Rounds to microseconds, because clocks are not more precise. */
export function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
