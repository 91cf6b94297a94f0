import { plural } from '../../plural.ts';
import { formatCount, formatMs } from '../figures.ts';
import type {
  BenefitData,
  FailuresData,
  LatencyData,
  ObservedData,
  ReportData,
  SpanData,
  SummaryData,
} from '../html/report-data.ts';
import type { GapsFact, HopsFact } from '../verdict/facts.ts';
import { chart } from './charts/chart.ts';
import { histogramChart, percentileChart, seriesName } from './charts/charts-of-latency.ts';
import { failuresChart, levellingCharts, observedCharts, outcomeCharts } from './charts/charts-over-time.ts';
import { benefits, comparisonNodes } from './comparison.ts';
import { element, facts, table } from './dom.ts';
import { results } from './results/results.ts';
import { verdict } from './verdict.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** The data that the section shows. The section is drawn again only if the data changes. */
  readonly data: unknown;
  build(): readonly Node[];
}

/** Returns the sections that have data, in the order of the page. */
export function sectionsOf(data: ReportData): Section[] {
  const { benefit, outages, levelling, observed, latency, outcomes, summary } = data;
  const tables = [...data.comparisons, ...(benefit === null ? [] : [benefit.table])];
  const sections: (Section | null)[] = [
    { id: 'verdict', title: 'Verdict', data: data.verdict, build: () => verdict(data.verdict) },
    section('benefit', 'Benefit of the queue', benefit, (shown) => benefitNodes(shown, outages)),
    section('levelling', 'Load levelling', levelling, (shown) => [
      facts(shown.facts),
      grid(levellingCharts(shown, outages).map(chart)),
    ]),
    section('observed', 'Your service', observed, observedNodes),
    section('latency', 'Latency', latency, latencyNodes),
    section('outcomes', 'Outcomes', outcomes, (shown) => [
      ...(shown.unclear === null ? [] : [element('p', { class: 'note' }, shown.unclear)]),
      grid(outcomeCharts(shown, outages).map(chart)),
      table(
        'Responses, most frequent first',
        ['outcome', 'response', 'samples'],
        shown.responses.map(({ outcome, count, response }) => [outcome, response, formatCount(count)]),
        [0, 1],
      ),
    ]),
    section('hops', 'Hops', data.hops, hopNodes),
    section('gaps', 'Gaps', data.gaps, gapNodes),
    section('comparison', 'Comparison', tables.length === 0 ? null : tables, (shown) =>
      shown.flatMap(comparisonNodes),
    ),
    section('summary', 'Summary Report', summary, summaryNodes),
    { id: 'results', title: 'View Results Tree', data: data.results, build: () => results(data.results) },
    { id: 'run', title: 'Run', data: data.run, build: () => runNodes(data) },
  ];
  return sections.filter((each) => each !== null);
}

function section<T>(
  id: string,
  title: string,
  data: T | null,
  build: (data: T) => readonly Node[],
): Section | null {
  return data === null ? null : { id, title, data, build: () => build(data) };
}

function grid(nodes: readonly Node[]): HTMLElement {
  return element('div', { class: 'grid' }, ...nodes);
}

function benefitNodes({ table: figures, failures }: BenefitData, outages: readonly SpanData[]): Node[] {
  return [benefits(figures), ...(failures === null ? [] : [failuresNode(failures, outages)])];
}

/** Returns the chart of failed requests. If no request failed, returns a sentence instead. */
function failuresNode(failures: FailuresData, outages: readonly SpanData[]): Node {
  const { withQueuePerSecond, withoutQueuePerSecond } = failures;
  const hasFailed = [...withQueuePerSecond, ...withoutQueuePerSecond].some((value) => (value ?? 0) > 0);
  if (hasFailed) return chart(failuresChart(failures, outages));
  return element('p', { class: 'note' }, 'No request failed, with or without the queue.');
}

function latencyNodes(data: LatencyData): Node[] {
  const [first] = data.series;
  const own = data.series.filter(({ run }) => run === first?.run);
  const names = first?.figures.map(({ name }) => name) ?? [];
  const rows = data.series.map((series) => [
    seriesName(series),
    formatCount(series.count),
    ...series.figures.map(({ ms }) => formatMs(ms)),
  ]);
  const left = `${plural(data.leftOut, 'more run is', 'more runs are')} not drawn, because too many curves would look alike.`;
  return [
    table('Latency in milliseconds', ['', 'count', ...names], rows),
    ...(data.leftOut > 0 ? [element('p', { class: 'note' }, left)] : []),
    grid([chart(percentileChart(data)), ...own.map((series, index) => chart(histogramChart(series, index)))]),
  ];
}

function observedNodes({ facts: list, levelling, rebalances }: ObservedData): Node[] {
  const charts = levelling === null ? [] : [grid(observedCharts(levelling, rebalances).map(chart))];
  return [facts(list), ...charts];
}

function hopNodes({ headline, columns, rows, notes }: HopsFact): Node[] {
  return [
    element('p', {}, `${headline}.`),
    table('Hops, in the order of the plan', columns, rows),
    ...notes.map((text) => element('p', { class: 'note' }, text)),
  ];
}

function gapNodes({ headline, columns, rows, more }: GapsFact): Node[] {
  return [
    element('p', {}, `${headline}.`),
    ...(rows.length === 0 ? [] : [table('Gaps, from the first to the last', columns, rows)]),
    ...(more === null ? [] : [element('p', { class: 'note' }, more)]),
  ];
}

function summaryNodes({ columns, rows, leftOut }: SummaryData): Node[] {
  const left = `${plural(leftOut, 'more label is', 'more labels are')} only in summary.json.`;
  return [
    table("JMeter's Summary Report, times in milliseconds", columns, rows),
    ...(leftOut > 0 ? [element('p', { class: 'note' }, left)] : []),
  ];
}

function runNodes({ run, writtenAt }: ReportData): Node[] {
  const part = (title: string, list: ReportData['run']['facts']) =>
    list.length === 0 ? [] : [element('div', {}, element('h3', {}, title), facts(list))];
  return [
    element(
      'div',
      { class: 'grid' },
      ...part('Sender', [...run.facts, { name: 'report written', value: writtenAt }]),
      ...part('Service', run.service),
      ...part('Plan', run.plan),
    ),
  ];
}
