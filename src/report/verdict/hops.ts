import { plural, verb } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { HopsVerification, HopVerification, TimeFromQueue } from '../../runs/documents/hops-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { EndToEndLatencyMs } from '../../runs/json/end-to-end-latency.ts';
import { formatCount, formatMs } from '../figures.ts';
import { sourceText } from './evidence.ts';
import type { HopsFact } from './facts.ts';

const COLUMNS = [
  'hop',
  'received',
  'repeated',
  'never sent',
  'not in queue',
  'foreign',
  'p50',
  'p99',
  'queue p50',
  'queue p99',
  'read',
];
const NAME_LENGTH = 40;
const URL_LENGTH = 2000;

type MeasuredBy = Extract<TimeFromQueue, { kind: 'measured' }>['source'];
type NotMeasured = Extract<TimeFromQueue, { kind: 'not-measured' }>['reason'];

/** Returns what verify found in the hops. Null if the runs have no hops. */
export function hopsFact({ hops }: Pick<VerifyRecord, 'hops'>): HopsFact | null {
  if (hops === null) return null;
  const { places } = hops;
  return {
    headline: headline(hops),
    columns: COLUMNS,
    rows: places.map(rowOf),
    notes: places.map(noteOf),
  };
}

/** Returns a note about one hop: its queue, and what its latencies measure. */
function noteOf({ name, queue, latencySource, latencyMs, fromQueue }: HopVerification): string {
  const url = `${printable(name, NAME_LENGTH)}: ${printable(queue, URL_LENGTH)}`;
  if (latencySource === null) return url;
  const fromSend = `p50 and p99 in ms, from send ${sourceText(latencySource)}${omitted(latencyMs, 'sent')}`;
  return [url, fromSend, fromQueueText(fromQueue)].join('; ');
}

function fromQueueText(fromQueue: TimeFromQueue): string {
  if (fromQueue.kind === 'not-measured')
    return `no time from the queue, because ${NOT_MEASURED[fromQueue.reason]}`;
  const { source, latencyMs } = fromQueue;
  return `queue p50 and p99 in ms, ${FROM_QUEUE[source]}${omitted(latencyMs, 'in the queue')}`;
}

const FROM_QUEUE: Readonly<Record<MeasuredBy, string>> = {
  received: 'from the live reader of the queue to the live reader of the hop',
  LogAppendTime: "between the broker's appends, according to the broker's clock",
};

const NOT_MEASURED: Readonly<Record<NotMeasured, string>> = {
  'no-arrival-times': 'the arrival times in the queue are not known',
  'producer-timestamps': 'the timestamps come from producers (CreateTime), whose clocks may differ',
  'other-system': 'the hop is at another address, so another clock set its timestamps',
};

function headline({ rule, places, missing, repeated, waitedMs, withinMs }: HopsVerification): string {
  const must = rule === 'exactly-one' ? 'exactly one' : 'at least one';
  const waited = `waited ${seconds(waitedMs)} of ${seconds(withinMs)}`;
  return `Each message of the queue must be in ${must} of ${plural(places.length, 'hop')}: ${formatCount(missing)} not found in any hop, ${formatCount(repeated)} repeated; ${waited}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function rowOf(place: HopVerification): string[] {
  const { name, received, repeated, neverSent, notInQueue, foreign, latencyMs, fromQueue, drained } = place;
  return [
    printable(name, NAME_LENGTH),
    ...[received, repeated, neverSent, notInQueue, foreign].map(formatCount),
    ...percentiles(latencyMs),
    ...percentiles(fromQueue.kind === 'measured' ? fromQueue.latencyMs : null),
    drained ? 'to the end' : 'not to the end',
  ];
}

function percentiles(latencyMs: EndToEndLatencyMs | null): string[] {
  if (latencyMs === null || latencyMs.count === 0) return ['–', '–'];
  return [latencyMs.p50, latencyMs.p99].map(formatMs);
}

/** Says how many messages the figures leave out. Empty if the figures leave out no message. */
function omitted({ negative, mostNegative }: EndToEndLatencyMs, what: string): string {
  if (negative === 0) return '';
  return `, without ${plural(negative, 'message')} that arrived up to ${formatMs(-mostNegative)} ms before ${verb(negative, 'it was', 'they were')} ${what}`;
}

export function hopLines({ headline: first, columns, rows, notes }: HopsFact): string[] {
  const lines = rows.map((cells) => cells.map((cell, index) => `${columns[index]} ${cell}`).join(', '));
  return [first, ...lines, ...notes];
}
