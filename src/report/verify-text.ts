import { printable } from '../printable.ts';
import type { Place } from '../queue/queue.ts';
import type {
  Counts,
  LatencySource,
  Offender,
  ReadingKind,
  ServiceVerification,
  VerifyRecord,
} from '../runs/verify-json.ts';
import type { Histogram } from '../samples/histogram.ts';
import { formatCount, formatMs, plural } from './figures.ts';
import { histogramText, percentilesText } from './histogram-text.ts';
import type { Style } from './style.ts';
import { alignedTable } from './table.ts';

/** The whole of a verification for people: evidence, counts, latency, offenders, and last the verdict. */
export function verifyText(record: VerifyRecord, histogram: Histogram, style: Style): string {
  const parts = [
    countsAndService(record, style),
    runsText(record),
    evidenceText(record),
    latencyText(record, histogram, style),
    offendersText(record),
    verdictText(record, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The verdict and its reasons. */
export function verdictText({ verdict, reasons, run, acked }: VerifyRecord, style: Style): string {
  const paint = { pass: style.green, fail: style.red, unknown: style.yellow }[verdict];
  const head = `${paint.bold(verdict.toUpperCase())}  run ${run}`;
  if (verdict === 'pass') return `${head}: each of the ${plural(acked, 'acked message')} arrived`;
  return [
    head,
    ...reasons.map(
      ({ kind, count, text }) =>
        `  ${kind}: ${count === null ? '' : `${formatCount(count)} `}${printable(text)}`,
    ),
  ].join('\n');
}

function countsAndService(record: VerifyRecord, style: Style): string {
  const counts = countsText(record, style);
  return record.service === null ? counts : `${counts}\n${servedText(record.service, style)}`;
}

/** What the service did with what arrived. */
function servedText(service: ServiceVerification, style: Style): string {
  const { processed, processedTwice, deadLettered, unprocessed } = service;
  const left = formatCount(unprocessed);
  const cells = [
    `processed ${formatCount(processed)}`,
    `twice ${formatCount(processedTwice)}`,
    `dead-lettered ${formatCount(deadLettered)}`,
    `not processed ${unprocessed > 0 ? style.red(left) : left}`,
  ];
  return `service: ${cells.join('  ')}`;
}

function countsText(counts: Counts, style: Style): string {
  const cell = (name: keyof Counts, isFault: boolean) => {
    const text = formatCount(counts[name]);
    return [
      name === 'outOfOrder' ? 'out of order' : name,
      isFault && counts[name] > 0 ? style.red(text) : text,
    ];
  };
  const rows = [
    [...cell('sent', false), ...cell('received', false), ...cell('duplicated', false)],
    [...cell('acked', false), ...cell('lost', true), ...cell('outOfOrder', false)],
    [...cell('rejected', false), ...cell('phantom', true), ...cell('enriched', false)],
    [...cell('indeterminate', false), ...cell('recovered', false), ...cell('foreign', false)],
    ['', '', ...cell('unresolved', false), ...cell('corrupt', true)],
    ['', '', ...cell('unexpected', true), '', ''],
  ];
  return alignedTable(rows, ['left', 'right', 'left', 'right', 'left', 'right'], '   ');
}

/** What each run contributes, where several are judged together. */
function runsText({ runs }: VerifyRecord): string {
  if (runs.length < 2) return '';
  const names = ['sent', 'acked', 'received', 'lost', 'corrupt', 'phantom', 'unexpected'] as const;
  const rows = runs.map((counts) => [counts.run, ...names.map((name) => formatCount(counts[name]))]);
  return alignedTable([['run', ...names], ...rows], ['left', ...names.map((): 'right' => 'right')]);
}

function evidenceText(record: VerifyRecord): string {
  const { acked, received, queue } = record;
  return [
    `Evidence: ${formatCount(acked)} acked; ${readingText(record)}; ${formatCount(received)} arrived`,
    `  ${queue}${record.reading === 'log' ? `: ${spansText(record)}` : ''}`,
    ...(record.repeatsDropped ? ['  The queue drops repeats itself: no duplicate can show.'] : []),
  ].join('\n');
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

function spansText({ read }: VerifyRecord): string {
  const offsets = read.reduce((sum, { from, to }) => sum + (to === null ? 0 : Math.max(0, to - from)), 0);
  return read.length <= 6 ? read.map(spanText).join(', ') : `${formatCount(offsets)} offsets in all`;
}

function spanText({ partition, from, to }: VerifyRecord['read'][number]): string {
  return `${partition} from ${formatCount(from)} to ${to === null ? 'an unknown end' : formatCount(to)}`;
}

const SOURCES: Readonly<Record<LatencySource, string>> = {
  received: 'to a reader that was there',
  LogAppendTime: "to the broker's append, by its clock",
  CreateTime: "only to the proxy's client, by its clock: what came after is not in it",
  mixed: 'to stamps of different kinds: not comparable',
};

function latencyText({ latencySource, latencyMs }: VerifyRecord, histogram: Histogram, style: Style): string {
  const { count, negative, mostNegative } = latencyMs;
  if (latencySource === null || (count === 0 && negative === 0)) return '';
  const lines = [`${style.bold('End-to-end latency')}, from sending ${SOURCES[latencySource]}`];
  if (count > 0) lines.push(percentilesText(latencyMs), histogramText(histogram));
  if (negative > 0) {
    lines.push(
      `${plural(negative, 'arrival')} before the sending, by up to ${formatMs(-mostNegative)} ms: the clocks differ`,
    );
  }
  return lines.join('\n');
}

function offendersText(record: VerifyRecord): string {
  return Object.entries(record.offenders)
    .filter(([, list]) => list.length > 0)
    .map(([kind, list]) => {
      const total = record[kind as keyof Counts];
      const head =
        list.length < total ? `${kind}, the first ${list.length} of ${formatCount(total)}:` : `${kind}:`;
      return `${head}\n${alignedTable(
        list.map((offender) => offenderCells(offender, record)),
        ['left', 'left', 'left'],
      )}`;
    })
    .join('\n\n');
}

function offenderCells({ identity, place }: Offender, { run, reading }: VerifyRecord): string[] {
  const of = identity === null || identity.run === run ? '' : `${identity.run}  `;
  return [
    '',
    identity === null ? 'identity unreadable' : of + identityText(identity),
    place === null ? '' : placeText(place, reading),
  ];
}

/** Without a log the offset is the reader's own count. */
function placeText({ partition, offset }: Place, reading: ReadingKind): string {
  if (reading === 'log') return `partition ${partition}  offset ${formatCount(offset)}`;
  return `delivery ${formatCount(offset + 1)}`;
}

function identityText({ group, thread, loop, request }: NonNullable<Offender['identity']>): string {
  const parts = [`thread ${group}-${thread}`, `loop ${loop}`];
  return (request === 1 ? parts : [...parts, `request ${request}`]).join('  ');
}
