import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { LatencySource, PartitionRead, VerifyRecord } from '../../runs/documents/verify-json.ts';
import { formatCount, formatMs } from '../figures.ts';
import type { EvidenceFact } from './facts.ts';

/** More partitions than these are summed up. */
const MAX_SPANS = 6;
const MAX_URL_LENGTH = 2000;

/** What was read and how far, and what latency was measured to. */
export function evidenceFacts(record: VerifyRecord): EvidenceFact[] {
  return [
    ...readingTexts(record).map((text) => ({ about: 'reading' as const, text })),
    ...latencyFacts(record),
  ];
}

function readingTexts(record: VerifyRecord): string[] {
  const { acked, received, reading, read, repeatsDropped, otherExecution } = record;
  const queue = printable(record.queue, MAX_URL_LENGTH);
  return [
    `${formatCount(acked)} acked; ${readingText(record)}; ${formatCount(received)} arrived`,
    reading === 'log' ? `${queue}: ${spansText(read)}` : queue,
    ...settlingTexts(record),
    ...(otherExecution > 0 ? [otherExecutionText(otherExecution)] : []),
    ...(repeatsDropped ? ['The queue drops repeats itself: no duplicate can show.'] : []),
  ];
}

function settlingTexts({ settling }: VerifyRecord): string[] {
  if (settling === null || settling.waitedFor === 'nothing' || settling.waitedMs === 0) return [];
  const { waitedFor, waitedMs, settleMs } = settling;
  const what =
    waitedFor === 'quiet'
      ? 'for second copies and rejected messages that may still come'
      : 'for missing messages';
  return [
    `waited ${seconds(waitedMs)} ${what}, since the end of the queue was first reached (--settle ${seconds(settleMs)})`,
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function otherExecutionText(count: number): string {
  const [carry, were] = count === 1 ? ['carries', 'was'] : ['carry', 'were'];
  return `${plural(count, 'message')} ${carry} this run's id and ${were} sent by another execution: not counted.`;
}

function readingText({ reading, read, deliveries, drained }: VerifyRecord): string {
  const of = (what: string) => `${plural(deliveries, 'delivery', 'deliveries')} ${what}`;
  switch (reading) {
    case 'log':
      return `read ${plural(read.length, 'partition')} ${drained ? 'to the end' : 'not to the end'}`;
    case 'tap':
      return `read ${of('from a tap')}, ${drained ? 'to the end' : 'not to the end'}`;
    case 'consumed':
      return `took ${of('out of the queue')}, ${drained ? 'until it was empty' : 'not until it was empty'}`;
    case 'receipts':
      return `read ${plural(deliveries, 'receipt')} of a service${drained ? ' that emptied the queue' : ''}`;
  }
}

function spansText(read: readonly PartitionRead[]): string {
  const offsets = read.reduce((sum, { from, to }) => sum + (to === null ? 0 : Math.max(0, to - from)), 0);
  return read.length <= MAX_SPANS ? read.map(spanText).join(', ') : `${plural(offsets, 'offset')} in all`;
}

function spanText({ partition, from, to }: PartitionRead): string {
  return `${partition} from ${formatCount(from)} to ${to === null ? 'an unknown end' : formatCount(to)}`;
}

const SOURCES: Readonly<Record<LatencySource, string>> = {
  received: 'to a reader that was there',
  LogAppendTime: "to the broker's append, by its clock",
  CreateTime: "only to the proxy's client, by its clock: what came after is not in it",
  mixed: 'to stamps of different kinds: not comparable',
};

function* latencyFacts({ latencySource, latencyMs }: VerifyRecord): Generator<EvidenceFact> {
  const { count, negative, mostNegative } = latencyMs;
  if (latencySource === null || (count === 0 && negative === 0)) return;
  yield { about: 'latency', text: `from sending ${SOURCES[latencySource]}` };
  if (negative === 0) return;
  const text = `${plural(negative, 'arrival')} before the sending, by up to ${formatMs(-mostNegative)} ms: the clocks differ`;
  yield { about: 'clocks', text };
}
