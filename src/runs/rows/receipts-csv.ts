import { type Identity, isRunId } from '../../message/identity.ts';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { openCsv } from './csv-file.ts';

export const RECEIPTS_HEADER =
  'run,group,thread,loop,request,sentAt,attempt,instance,arrived,started,finished,outcome,condition';

/** Larger ones are not written without an exponent and with all their digits. */
export const MAX_TIME_MS = 1e13;

/**
 * `processed` and `dead-lettered` are the last of a message, unless the queue gives it out again; `failed` is an
 * attempt that is tried again.
 */
export const RECEIPT_OUTCOMES = ['processed', 'failed', 'dead-lettered'] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/** What a service writes down of one attempt on one message, before it acknowledges it. Epoch milliseconds. */
export interface Receipt {
  /** As the message says; null where it says nothing. */
  readonly identity: Identity | null;
  /** When it was sent; null where nothing proves it. */
  readonly sentAtMs: number | null;
  /** Counts from 1 each time that the queue gives the message out. */
  readonly attempt: number;
  /** The instance, from 1. */
  readonly instance: number;
  readonly arrivedAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly outcome: ReceiptOutcome;
  /** Whether the message's sum proves what it says. */
  readonly condition: ReceivedCondition;
}

export interface ReceiptWriter {
  /** Resolves when the receipt outlives this process. */
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

/** A run's name comes from outside: what could break a row, or is no id, is no identity of a run of ours. */
function identityCells(identity: Identity | null): (string | number)[] {
  if (identity === null || !isRunId(identity.run)) return ['', '', '', '', ''];
  const { run, group, thread, loop, request } = identity;
  return [run, group, thread, loop, request];
}

/** A time from outside may be any number. It keeps its millisecond: by that it is compared. */
function sentAtCell(sentAtMs: number | null): string | number {
  if (sentAtMs === null || !(sentAtMs >= 0 && sentAtMs < MAX_TIME_MS)) return '';
  const wholeMs = Math.floor(sentAtMs);
  return thousandths(wholeMs + Math.min(sentAtMs - wholeMs, 0.999));
}

/** Microseconds: clocks tell no more. */
export function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
