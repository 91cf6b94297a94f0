import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { formatCount } from '../figures.ts';
import type { CountFact, CountGroup, EvidenceFact, OffendersFact, VerdictFacts } from '../verdict/facts.ts';
import { gapsFact } from '../verdict/gaps.ts';
import { hopsFact } from '../verdict/hops.ts';
import { reasonText, verdictFacts } from '../verdict/verdict-facts.ts';
import { gapsText } from './gaps-text.ts';
import { histogramText, percentilesText } from './histogram-text.ts';
import { hopsText } from './hops-text.ts';
import { flow } from './layout.ts';
import type { Style } from './style.ts';
import { alignedTable, fittedTable, pairTable } from './table.ts';

/**
 * Returns a verification as text for people: counts, evidence, latency, gaps, messages with problems, and at
 * the end the verdict.
 */
export function verifyText(
  record: VerifyRecord,
  histogram: Histogram,
  columns: number | null,
  style: Style,
): string {
  const facts = verdictFacts(record, null);
  const gaps = gapsFact(record, null);
  const hops = hopsFact(record);
  const parts = [
    countsText(facts, columns, style),
    runsText(record, columns),
    `Evidence: ${texts(facts, 'reading').join('\n  ')}`,
    latencyText(facts, record, histogram, columns, style),
    hops === null ? '' : hopsText(hops, columns, style),
    gaps === null ? '' : gapsText(gaps, columns, style),
    ...facts.offenders.map(offendersText),
    verdictText(facts, record.run, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function verdictText(facts: VerdictFacts, run: string, style: Style): string {
  const { verdict, headline, reasons, failures, notProven } = facts;
  const paint = {
    pass: style.green,
    fail: style.red,
    unknown: style.yellow,
    unverified: style.yellow,
    running: style.yellow,
  };
  const head = `${paint[verdict].bold(verdict.toUpperCase())}  run ${run}`;
  const open = notProven.map((text) => `  ${text}`);
  if (verdict === 'pass') return [`${head}: ${headline}`, ...open].join('\n');
  const lines = reasons.map((reason) => `  ${reasonText(reason)}`);
  return [head, ...lines, ...failures.map(({ text }) => `  ${style.yellow(text)}`), ...open].join('\n');
}

const COLUMNS: readonly CountGroup[] = ['sent', 'arrived', 'deliveries'];

/**
 * Returns one column for each group of counts. The counts of the service and of the hops are below these
 * columns.
 */
function countsText({ counts }: VerdictFacts, columns: number | null, style: Style): string {
  const cells = ({ name, count, isOffence }: CountFact) =>
    [name, isOffence ? style.red(formatCount(count)) : formatCount(count)] as const;
  const of = (group: CountGroup) => counts.filter((count) => count.group === group).map(cells);
  const table = pairTable(COLUMNS.map(of), columns);
  const below = (['service', 'hops'] as const).flatMap((group) => {
    const [first, ...others] = of(group).map((cell) => cell.join(' '));
    return first === undefined ? [] : [flow([`${group}: ${first}`, ...others], columns)];
  });
  return [table, ...below].join('\n');
}

const RUN_COLUMNS = ['sent', 'acked', 'received', 'lost', 'corrupt', 'phantom', 'unexpected'] as const;

/** Returns the counts of each run, if several runs were verified together. */
function runsText({ runs }: VerifyRecord, columns: number | null): string {
  if (runs.length < 2) return '';
  const rows = runs.map((counts) => [counts.run, ...RUN_COLUMNS.map((name) => formatCount(counts[name]))]);
  return fittedTable(
    [['run', ...RUN_COLUMNS], ...rows],
    ['left', ...RUN_COLUMNS.map((): 'right' => 'right')],
    columns,
  );
}

function texts({ evidence }: VerdictFacts, about: EvidenceFact['about']): string[] {
  return evidence.filter((fact) => fact.about === about).map(({ text }) => text);
}

function latencyText(
  facts: VerdictFacts,
  { latencyMs }: VerifyRecord,
  histogram: Histogram,
  columns: number | null,
  style: Style,
): string {
  const [source] = texts(facts, 'latency');
  if (source === undefined) return '';
  const figures =
    latencyMs.count > 0 ? [percentilesText(latencyMs, columns), histogramText(histogram, columns)] : [];
  return [`${style.bold('End-to-end latency')}, ${source}`, ...figures, ...texts(facts, 'clocks')].join('\n');
}

function offendersText({ name, total, messages }: OffendersFact): string {
  const shown = messages.length;
  const head = shown < total ? `${name}, the first ${shown} of ${formatCount(total)}:` : `${name}:`;
  const rows = messages.map(({ message, place }) => ['', message, place ?? '']);
  return `${head}\n${alignedTable(rows, ['left', 'left', 'left'])}`;
}
