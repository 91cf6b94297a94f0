import { plural, verb } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { PartitionRead, VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';
import { formatCount, formatMs } from '../figures.ts';
import type { EvidenceFact } from './facts.ts';

/**
 * Maximum number of partitions that are listed. If there are more, only the total number of offsets is shown.
 */
const MAX_SPANS = 6;
const MAX_URL_LENGTH = 2000;

/** Returns sentences about the reading: what was read, how far, and at which point latency was measured. */
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
    [
      `${formatCount(acked)} acked`,
      readingText(record),
      ...(reading === 'none' ? [] : [`${formatCount(received)} arrived`]),
    ].join('; '),
    reading === 'log' ? `${queue}: ${spansText(read)}` : queue,
    ...settlingTexts(record),
    ...(otherExecution > 0 ? [otherExecutionText(otherExecution)] : []),
    ...(repeatsDropped ? ['The queue drops duplicates itself, so qbl cannot see any.'] : []),
  ];
}

function settlingTexts({ settling }: VerifyRecord): string[] {
  if (settling === null || settling.waitedFor === 'nothing' || settling.waitedMs === 0) return [];
  const { waitedFor, waitedMs, settleMs } = settling;
  const what = waitedFor === 'quiet' ? 'late messages' : 'missing messages';
  return [`waited ${seconds(waitedMs)} for ${what} (--settle ${seconds(settleMs)})`];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function otherExecutionText(count: number): string {
  const were = verb(count, 'was', 'were');
  return `${plural(count, 'message')} with this run's id ${were} sent by another execution and ${were} not counted.`;
}

function readingText({ reading, read, deliveries, drained }: VerifyRecord): string {
  const of = (what: string) => `${plural(deliveries, 'delivery', 'deliveries')} ${what}`;
  switch (reading) {
    case 'log':
      return `${drained ? 'read' : 'did not read'} ${plural(read.length, 'partition')} to the end`;
    case 'tap':
      return `read ${of('from a tap')}, ${drained ? 'to the end' : 'but not to the end'}`;
    case 'consumed':
      return `took ${of('out of the queue')} ${drained ? 'until it was empty' : 'but did not empty it'}`;
    case 'receipts':
      return `read ${plural(deliveries, 'receipt')} of a service${drained ? ' that emptied the queue' : ''}`;
    case 'none':
      return 'did not read the queue';
  }
}

function spansText(read: readonly PartitionRead[]): string {
  const offsets = read.reduce((sum, { from, to }) => sum + (to === null ? 0 : Math.max(0, to - from)), 0);
  return read.length <= MAX_SPANS ? read.map(spanText).join(', ') : `${plural(offsets, 'offset')} in total`;
}

/** Describes the offsets of a partition that were read. The offset `to` itself was not read. */
function spanText({ partition, from, to }: PartitionRead): string {
  const first = formatCount(from);
  if (to === null) return `partition ${partition}: from offset ${first} (end unknown)`;
  if (to <= from) return `partition ${partition}: empty${from > 0 ? ` from offset ${first}` : ''}`;
  const last = formatCount(to - 1);
  return `partition ${partition}: ${first === last ? `offset ${first}` : `offsets ${first}–${last}`}`;
}

/** Names the event at which a latency ends. The text follows the words "from send". */
export function sourceText(source: LatencySource): string {
  return SOURCES[source];
}

const SOURCES: Readonly<Record<LatencySource, string>> = {
  received: 'to live reader',
  LogAppendTime: "to the broker's append, according to the broker's clock",
  CreateTime: "to the proxy's Kafka client, according to the client's clock, without later delays",
  mixed: 'to timestamps of different kinds, so the figures are not comparable',
};

function* latencyFacts({ latencySource, latencyMs }: VerifyRecord): Generator<EvidenceFact> {
  const { count, negative, mostNegative } = latencyMs;
  if (latencySource === null || (count === 0 && negative === 0)) return;
  yield { about: 'latency', text: `from send ${sourceText(latencySource)}` };
  if (negative === 0) return;
  const text = `${plural(negative, 'message')} arrived before ${verb(negative, 'it was', 'they were')} sent, by up to ${formatMs(-mostNegative)} ms: the clocks differ`;
  yield { about: 'clocks', text };
}
