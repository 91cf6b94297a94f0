import { printable } from '../../printable.ts';
import { stateOf } from '../comparison/condition.ts';
import { formatCount, formatMs } from '../figures.ts';
import { observedFacts } from '../html/collect/observed.ts';
import { cellText, nameText } from '../text/compare-text.ts';
import type { VerdictFacts } from '../verdict/facts.ts';
import { withFailures } from '../verdict/failures.ts';
import { gapsFact } from '../verdict/gaps.ts';
import { hopsFact } from '../verdict/hops.ts';
import { reasonText, verdictFacts } from '../verdict/verdict-facts.ts';
import type { RunOutcome } from './junit.ts';

/** Writes verdict, counts and latencies as Markdown, for example for GitHub's step summary. */
export function summaryMarkdown(outcome: RunOutcome): string {
  const { run, verification, summary, incidents, end, conditions } = outcome;
  const facts = verdictFacts(verification, summary, incidents, end);
  const { verdict, reasons, notProven, counts } = facts;
  const parts = [
    `## qbl: ${verdict} (run ${markdown(run)})`,
    markdown(sentenceOf(facts, outcome)),
    list(reasons.map(reasonText)),
    list(notProven),
    table(
      counts.map(({ name }) => name),
      [counts.map(({ count }) => formatCount(count))],
    ),
    latencies(outcome),
    ...hopParts(outcome),
    ...gapParts(outcome),
    list(conditions.map((judged) => `${stateOf(judged)}: fail if ${judged.condition.text} (${judged.text})`)),
    ...observedParts(outcome),
    ...comparisonParts(outcome),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Returns the headline with the error of the run. Without a verdict, the error says why there is no verdict. */
function sentenceOf({ verdict, headline, failures }: VerdictFacts, { failure }: RunOutcome): string {
  if (failure === undefined) return headline;
  if (verdict === 'unverified') {
    const others = failures.filter(({ text }) => !failure.includes(text));
    return withFailures(`${failure}.`, verdict, others);
  }
  return headline.includes(failure) ? headline : `${headline} But ${failure}.`;
}

function observedParts({ observed, startedAt }: RunOutcome): string[] {
  if (observed === undefined) return [];
  const facts = observedFacts(observed, Date.parse(startedAt)).map(({ name, value }) => [name, value]);
  return ['### Your service, observed', table(['fact', 'value'], facts)];
}

function hopParts({ verification }: RunOutcome): string[] {
  const hops = verification === null ? null : hopsFact(verification);
  if (hops === null) return [];
  return ['### Hops', markdown(hops.headline), table(hops.columns, hops.rows), list(hops.notes)];
}

function gapParts({ verification, summary }: RunOutcome): string[] {
  const gaps = gapsFact(verification, summary);
  if (gaps === null) return [];
  const { headline, columns, rows, more } = gaps;
  return [markdown(headline), table(columns, rows), markdown(more ?? '')];
}

function comparisonParts({ comparison }: RunOutcome): string[] {
  if (comparison == null) return [];
  const { title, columns, rows, notes } = comparison;
  const cells = rows.map((row) => [nameText(row).trim(), ...row.cells.map(cellText)]);
  return [`### ${markdown(title)}`, table(['figure', ...columns], cells), list(notes)];
}

function latencies({ verification, summary }: RunOutcome): string {
  const rows = [
    { name: 'HTTP', latency: summary?.latencyMs },
    { name: 'end to end', latency: verification?.latencyMs },
  ].flatMap(({ name, latency }) => {
    if (latency === undefined || latency.count === 0) return [];
    const { p50, p90, p95, p99, p999, max } = latency;
    return [[name, ...[p50, p90, p95, p99, p999, max].map(formatMs)]];
  });
  return table(['latency (ms)', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'], rows);
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (columns.length === 0 || rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(markdown).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')).replaceAll('\\', ''), ...rows.map(line)].join('\n');
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${markdown(item)}`).join('\n');
}

/** Escapes text for Markdown, and puts it on one line. */
function markdown(text: string): string {
  return printable(text, 2000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]#+|~>!$@-]/g, '\\$&');
}
