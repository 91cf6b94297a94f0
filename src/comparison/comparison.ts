import { plural, verb } from '../plural.ts';
import { parseQueueUrl, type QueueAddress } from '../queue/url/url.ts';
import { type CompareRecord, DIRECT_COLUMN } from '../runs/documents/compare-json.ts';
import { provenClockAheadMs } from '../runs/documents/service-json.ts';
import { SAME_CLOCK_MS } from '../runs/json/same-clock.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { MAX_REQUESTS, type Unpredictable } from '../size/model/follow-senders.ts';
import { isLowerBound } from './cell.ts';
import { type DirectBounds, type DirectHalf, directHalf } from './direct-half.ts';
import { compareObserved } from './observed.ts';
import { type QueueHalf, queueHalf } from './queue-half.ts';
import { drainOf, rowsOf } from './rows.ts';

/**
 * Compares the measured figures of a run with predicted ones. If there was a run without a queue, its figures are
 * added. Returns null if the run had no service, or if the service wrote no figures because it did not stop cleanly. If
 * the user's own service was observed, the figures of that service are compared.
 * @param bounds limits of the run without a queue; null without such a run
 * @param maxWaitMs longest allowed time until a message is processed; null without a limit
 * @throws QblError if a file of the run cannot be read
 */
export async function compare(
  folder: RunFolder,
  bounds: DirectBounds | null,
  maxWaitMs: number | null = null,
): Promise<CompareRecord | null> {
  const queue = await queueHalf(folder, maxWaitMs);
  if (queue === null) return compareObserved(folder, null);
  const direct = bounds === null ? null : await directHalf(folder, queue.settings, bounds);
  return {
    schema: 'qbl.compare/1',
    title: direct === null ? 'Load leveling by the queue' : 'With the queue and without',
    columns: direct === null ? COLUMNS.slice(0, 2) : COLUMNS,
    rows: rowsOf(queue, direct),
    notes: notesOf(queue, direct),
  };
}

const COLUMNS = ['queue', 'predicted', DIRECT_COLUMN, 'predicted'];

function notesOf(queue: QueueHalf, direct: DirectHalf | null): string[] {
  const { settings, samples, end, lateMs, processed, left, prediction } = queue;
  const aheadMs = provenClockAheadMs(end);
  return [
    prediction === null ? NO_MODEL : WITH_QUEUE,
    ...(samples.unclear === null ? [] : [samples.unclear]),
    ...(prediction === null || lateMs <= SAME_CLOCK_MS ? [] : [lateNote(lateMs)]),
    ...(processed === null ? [NO_RECEIPTS] : []),
    ...(left === null || left === 0 ? [] : [leftNote(left)]),
    ...paceNotes(queue),
    ...(settings.instances === 1 ? [] : [SHARES[parseQueueUrl(settings.queue).system]]),
    ...(end.waitSince === 'sender' ? [WAIT_SINCE_SENDING] : []),
    ...(end.waitSince === null && end.attempts > 0 ? [WAIT_UNKNOWN] : []),
    ...(aheadMs === null ? [] : [clockNote(aheadMs)]),
    ...(isLowerBound(drainOf(queue)) ? [DRAIN_TOO_SHORT] : []),
    ...(queue.maxWaitMs === null ? [] : [waitNote(queue.maxWaitMs)]),
    ...(end.others === 0 ? [] : [othersNote(end.others)]),
    ...(direct === null ? [] : directNotesOf(direct)),
  ];
}

function directNotesOf({ bounds, prediction, samples, service }: DirectHalf): string[] {
  return [
    CLOSED_LOOP,
    ...(prediction === null || prediction.kind === 'followed' ? [] : [UNPREDICTED[prediction.kind]]),
    boundNote(bounds),
    limitsNote(bounds, unansweredOf(service.processed, samples)),
  ];
}

const NO_MODEL = 'No prediction: no service capacity is configured. Add --service-rate or --work.';
const WITH_QUEUE =
  "With the queue, Lindley's recursion predicts the figures from the times of the acks and the configured service. The model does not include the proxy. The latency with the queue is that of the proxy. The predicted number of failed requests is 0, because the proxy does not wait for the service.";
const ONE_LINE = 'The model has one waiting line for all instances.';
const TAKES_AHEAD = `${ONE_LINE} Each instance takes messages ahead, so a message can wait for one instance while another is free.`;
const SHARES: Readonly<Record<QueueAddress['system'], string>> = {
  kafka: `${ONE_LINE} Kafka assigns partitions to instances, so one instance can get more messages than another.`,
  rabbitmq: TAKES_AHEAD,
  sqs: TAKES_AHEAD,
};
const WAIT_SINCE_SENDING =
  'The longest wait is counted from the time of sending, because the queue does not record when a message arrived.';
const WAIT_UNKNOWN =
  'The longest wait is unknown: neither the queue nor the messages record a time of arrival.';
const DRAIN_TOO_SHORT =
  "The sender's clock is ahead of the service's clock, or may be. So the time until all messages are processed can be longer than the measured one.";
const NO_RECEIPTS =
  'The number of processed messages is unknown: receipts.csv lacks receipts, and service.json counts a message again each time that the queue delivers it.';
const CLOSED_LOOP =
  'Without the queue, the model is a closed loop: each thread of the plan sends its next request after it gets an answer.';
const UNPREDICTED: Readonly<Record<Unpredictable, string>> = {
  refusals:
    'No prediction without the queue: the plan has no rate, and the service refuses requests. A refused thread sends its next request at once, so the number of requests depends on the machine.',
  failures:
    'No prediction without the queue: a request fails, and the model cannot follow threads that stop after a failure.',
  'cut-off': `No prediction without the queue: the plan has more than ${MAX_REQUESTS.toLocaleString('en')} requests.`,
};

function paceNotes({ samples, end, configured }: QueueHalf): string[] {
  if (configured === null || end.pace === null) return [];
  const [due, achieved] = [end.pace.configuredPerSecond, end.pace.achievedPerSecond].map(rounded);
  const seconds = rounded((configured.drainedAtMs - samples.firstStartMs) / 1000);
  const wait = rounded(configured.longestWaitMs / 1000);
  return [
    `The service started ${achieved} attempts a second instead of the configured ${due} while messages waited. The prediction uses ${achieved} a second. At ${due} a second, all messages would be processed after ${seconds} s, with a longest wait of ${wait} s.`,
  ];
}

const rounded = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');

function othersNote(others: number): string {
  return `The service also took ${plural(others, 'message')} of other runs from the queue. The figures do not include messages of other runs. The model assumes that messages of other runs were in the queue when the service started.`;
}

function lateNote(lateMs: number): string {
  return `The service started ${rounded(lateMs / 1000)} s after the first ack. The prediction includes this time.`;
}

function leftNote(left: number): string {
  return `The service did not take ${plural(left, 'acknowledged message')} from the queue. The longest wait does not include ${verb(left, 'this message', 'these messages')}.`;
}

function clockNote(aheadMs: number): string {
  return `The service started to work on a message ${rounded(aheadMs / 1000)} s before the message arrived, according to the time stamps. So the clock of the queue or of the sender is ahead of the service's clock. The longest wait can be longer than the measured one.`;
}

function waitNote(maxWaitMs: number): string {
  return `The limit with the queue (--max-wait): each message is processed within ${maxWaitMs / 1000} s of its arrival. A measured value of 1 means that this run met the limit with one instance.`;
}

function boundNote({ p99Ms }: DirectBounds): string {
  return `The limit without the queue (--p99): 99 of 100 requests are answered within ${p99Ms} ms. A failed request counts as too late. The number of instances ignores outages.`;
}

/** @param unanswered number of processed requests whose senders got no answer */
/** Returns the number of requests that were processed, but not acked. Null if the outcomes are unclear. */
function unansweredOf(processed: number, { ackedTimesMs, unclear }: DirectHalf['samples']): number | null {
  return unclear === null ? processed - ackedTimesMs.length : null;
}

function limitsNote({ acceptQueue, timeoutMs }: DirectBounds, unanswered: number | null): string {
  const requests = `Without the queue, at most ${plural(acceptQueue, 'request')} ${verb(acceptQueue, 'waits', 'wait')} for a free instance. Each request waits at most ${timeoutMs} ms until its work starts.`;
  const latency = 'The latency is that of acked requests.';
  if (unanswered === null) return `${requests} ${latency}`;
  const failed =
    unanswered > 0
      ? `The service also processed ${plural(unanswered, 'request')} whose ${verb(unanswered, 'sender', 'senders')} got no answer, for example because of the time-out of the plan. ${verb(unanswered, 'It counts', 'They count')} as failed and as processed.`
      : 'Failed requests are not processed.';
  return `${requests} ${failed} ${latency}`;
}
