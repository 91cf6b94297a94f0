import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../../runs/documents/verify-json.ts';
import type { StatisticsSummary } from '../../../samples/summary/statistics.ts';
import { formatCount, formatMs } from '../../figures.ts';
import type { Fact, LevellingData } from '../report-data.ts';

interface Sources {
  /** Statistics computed from samples.jtl. Null if the file does not exist. */
  readonly statistics: StatisticsSummary | null;
  readonly summary: SummaryRecord | null;
  readonly verification: VerifyRecord | null;
  readonly levelling: LevellingData | null;
}

/** Returns the most important figures of a run. Unknown figures are left out. */
export function keyFigures({ statistics, summary, verification, levelling }: Sources): Fact[] {
  const sent = statistics ?? summary?.statistics ?? null;
  const p99 = summary === null || summary.latencyMs.count === 0 ? null : summary.latencyMs.p99;
  const endToEnd =
    verification === null || verification.latencyMs.count === 0 ? null : verification.latencyMs.p99;
  return [
    ...(sent === null ? [] : sentFigures(sent)),
    ...duration('p99 of HTTP', p99),
    ...duration('p99 end to end', endToEnd),
    ...backlogFigure(levelling),
  ];
}

function sentFigures({ samples, failed, throughputPerSecond }: StatisticsSummary): Fact[] {
  return [
    { name: 'requests', value: formatCount(samples) },
    { name: 'rate', value: `${formatMs(throughputPerSecond)}/s` },
    ...(samples === 0 ? [] : [{ name: 'errors', value: percent(failed / samples) }]),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

function duration(name: string, ms: number | null): Fact[] {
  return ms === null ? [] : [{ name, value: `${formatMs(ms)} ms` }];
}

function backlogFigure(levelling: LevellingData | null): Fact[] {
  if (levelling === null) return [];
  const largest = levelling.backlog.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return [{ name: 'largest backlog', value: formatCount(largest) }];
}
