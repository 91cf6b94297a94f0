import { type Identity, isRunId } from '../../message/identity.ts';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { openCsv } from './csv-file.ts';

export const RECEIPTS_HEADER =
  'run,group,thread,loop,request,sentAt,attempt,instance,arrived,started,finished,outcome,condition';

/** Larger numbers would be written with an exponent or with fewer digits. */
export const MAX_TIME_MS = 1e13;

/**
 * `processed` and `dead-lettered` are final, unless the queue redelivers the message. After `failed`, the service
 * tries again.
 */
export const RECEIPT_OUTCOMES = ['processed', 'failed', 'dead-lettered'] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/**
 * The record of one attempt on one message. A service writes it before it acknowledges the message. Times are epoch
 * milliseconds.
 */
export interface Receipt {
  /** The identity in the message. Null if it has none. */
  readonly identity: Identity | null;
  /** The send time. Null if nothing proves it. */
  readonly sentAtMs: number | null;
  /** The number of the attempt. It starts at 1 after each delivery by the queue. */
  readonly attempt: number;
  /** The number of the instance, starting at 1. */
  readonly instance: number;
  readonly arrivedAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly outcome: ReceiptOutcome;
  /** Whether the message's checksum proves its identity. */
  readonly condition: ReceivedCondition;
}

export interface ReceiptWriter {
  /** Resolves when the receipt survives a kill of this process. */
  write(receipt: Receipt): Promise<void>;
  close(): Promise<void>;
}

/** @throws QblError 'environment' when the file cannot be opened */
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

/** The run's name comes from outside. A name that could break a row, or is not a run ID, belongs to no run. */
function identityCells(identity: Identity | null): (string | number)[] {
  if (identity === null || !isRunId(identity.run)) return ['', '', '', '', ''];
  const { run, group, thread, loop, request } = identity;
  return [run, group, thread, loop, request];
}

/**
 * The send time comes from a message, so it can be any number. Rounding must not change its whole milliseconds, because
 * they are compared.
 */
function sentAtCell(sentAtMs: number | null): string | number {
  if (sentAtMs === null || !(sentAtMs >= 0 && sentAtMs < MAX_TIME_MS)) return '';
  const wholeMs = Math.floor(sentAtMs);
  return thousandths(wholeMs + Math.min(sentAtMs - wholeMs, 0.999));
}

/** Rounds to microseconds: clocks are not more precise. */
export function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
