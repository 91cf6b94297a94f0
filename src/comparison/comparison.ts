import { plural, verb } from '../plural.ts';
import type { CompareRecord } from '../runs/documents/compare-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { MAX_REQUESTS, type Unpredictable } from '../size/model/follow-senders.ts';
import { type DirectBounds, type DirectHalf, directHalf } from './direct-half.ts';
import { type QueueHalf, queueHalf } from './queue-half.ts';
import { rowsOf } from './rows.ts';

/**
 * What the queue bought, measured and predicted, and beside it the same without a queue where that was run.
 * Null: the run had no service, or one that did not stop in good order and has left no figures.
 * @param bounds of the run without a queue; null: there was none
 * @param maxWaitMs within which each message is to be processed; null: none is
 * @throws QblError when a file of the run cannot be read
 */
export async function compare(
  folder: RunFolder,
  bounds: DirectBounds | null,
  maxWaitMs: number | null = null,
): Promise<CompareRecord | null> {
  const queue = await queueHalf(folder, maxWaitMs);
  if (queue === null) return null;
  const direct = bounds === null ? null : await directHalf(folder, queue.settings, bounds);
  return {
    schema: 'qbl.compare/1',
    title: direct === null ? 'What the queue levels' : 'With the queue and without',
    columns: direct === null ? COLUMNS.slice(0, 2) : COLUMNS,
    rows: rowsOf(queue, direct),
    notes: notesOf(queue, direct),
  };
}

const COLUMNS = ['queue', 'predicted', 'direct', 'predicted'];

function notesOf(queue: QueueHalf, direct: DirectHalf | null): string[] {
  const { settings, end, prediction } = queue;
  return [
    prediction === null ? NO_MODEL : WITH_QUEUE,
    ...paceNotes(queue),
    ...(settings.instances === 1 ? [] : [SHARES]),
    ...(end.waitSince === 'sender' ? [WAIT_SINCE_SENDING] : []),
    ...(end.waitSince === null && end.attempts > 0 ? [WAIT_UNKNOWN] : []),
    ...(queue.maxWaitMs === null ? [] : [waitNote(queue.maxWaitMs)]),
    ...(end.others === 0 ? [] : [othersNote(end.others)]),
    ...(direct === null ? [] : directNotesOf(direct)),
  ];
}

function directNotesOf({ bounds, prediction }: DirectHalf): string[] {
  return [
    CLOSED_LOOP,
    ...(prediction === null || prediction.kind === 'followed' ? [] : [UNPREDICTED[prediction.kind]]),
    boundNote(bounds),
    limitsNote(bounds),
  ];
}

const NO_MODEL = 'The service was told neither a rate nor work: no model knows what it can do.';
const WITH_QUEUE =
  "Predicted: Lindley's recursion over the times at which the messages were acked, with the configured service. The proxy is in no model: latency with the queue is its own, and it fails no request for the service's sake.";
const SHARES =
  'The model has one line of messages for all instances. Kafka shares out partitions, where an instance may have more than another.';
const WAIT_SINCE_SENDING =
  'The longest wait is counted from the time of sending, because the queue does not say when a message arrived.';
const WAIT_UNKNOWN =
  'The longest wait is not known: neither the queue nor the messages say when they arrived.';
const CLOSED_LOOP =
  'Without the queue: the threads of the plan in a closed loop, each sending when it was answered.';
const UNPREDICTED: Readonly<Record<Unpredictable, string>> = {
  refusals:
    'Nothing is predicted of this run without the queue: a thread without a pace is refused, and how often it is until it is taken again depends on the machine.',
  failures:
    'Nothing is predicted of this run without the queue: a request fails, and a thread that does not go on after a failure is in no model.',
  'cut-off': `Nothing is predicted of this run without the queue: it has more than ${MAX_REQUESTS.toLocaleString('en')} requests.`,
};

function paceNotes({ samples, end, configured }: QueueHalf): string[] {
  if (configured === null || end.pace === null) return [];
  const [due, achieved] = [end.pace.configuredPerSecond, end.pace.achievedPerSecond].map(rounded);
  const seconds = rounded((configured.drainedAtMs - samples.firstStartMs) / 1000);
  const wait = rounded(configured.longestWaitMs / 1000);
  return [
    `The service began ${achieved} works a second instead of the configured ${due} while messages waited. The prediction uses ${achieved} a second. At ${due} a second all would be processed after ${seconds} s, with a longest wait of ${wait} s.`,
  ];
}

const rounded = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');

function othersNote(others: number): string {
  return `The service also took ${plural(others, 'message')} of other runs from the queue. The figures leave them out, and the model assumes that they were there when the service started.`;
}

function waitNote(maxWaitMs: number): string {
  return `The bound with the queue: each message is processed within ${maxWaitMs / 1000} s of its arrival (--max-wait). A measured 1 means that this run's single instance kept it.`;
}

function boundNote({ p99Ms }: DirectBounds): string {
  return `The bound without the queue: 99 of 100 requests are answered within ${p99Ms} ms; a request that fails breaks it. Outages are left out there.`;
}

function limitsNote({ acceptQueue, timeoutMs }: DirectBounds): string {
  return `Without the queue at most ${plural(acceptQueue, 'request')} ${verb(acceptQueue, 'waits', 'wait')}, each for at most ${timeoutMs} ms; a request that fails is not processed. Latency is that of acked requests.`;
}
