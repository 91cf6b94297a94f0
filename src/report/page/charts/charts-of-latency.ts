import { plural } from '../../../plural.ts';
import { formatMs } from '../../figures.ts';
import type { LatencyData, LatencySeries } from '../../html/report-data.ts';
import { durationText, percentileText } from '../text.ts';
import type { ChartSpec } from './chart-spec.ts';

/**
 * If the longest value is more than this many times the shortest, the axis is logarithmic. A linear axis would hide
 * short values.
 */
const LINEAR_SPREAD = 30;
const TICKS = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

const milliseconds = (ms: number) => `${formatMs(ms)} ms`;
/** Name of the series: the kind of latency, and the run if the chart has several runs. */
export const seriesName = ({ name, run }: LatencySeries) => (run === null ? name : `${name}, ${run}`);

/** Position of a percentile on the axis. It shows how rare larger values are, as a power of ten. */
const rarity = (percentile: number) => -Math.log10(1 - percentile / 100);
const percentileAt = (value: number) => 100 * (1 - 10 ** -value);

export function percentileChart({ series }: LatencyData): ChartSpec {
  const longest = series.reduce((best, each) =>
    each.percentiles.length > best.percentiles.length ? each : best,
  );
  const values = longest.percentiles.map(rarity);
  const all = series.flatMap(({ ms }) => ms).filter((ms) => ms > 0);
  const last = values.at(-1) ?? 1;
  return {
    id: 'percentiles',
    title: 'Latency by percentile',
    summary: series.map(inWords).join(' '),
    horizontal: {
      name: 'percentile',
      values,
      format: (value) => percentileText(percentileAt(value)),
      ticks: TICKS.map(rarity).filter((tick) => tick <= last),
      range: [0, last],
    },
    series: series.map((each) => ({
      name: seriesName(each),
      values: longest.percentiles.map((_, index) => each.ms[index] ?? null),
      format: milliseconds,
      axisFormat: durationText,
      form: 'line',
    })),
    isLogarithmic: Math.max(...all) / Math.min(...all) > LINEAR_SPREAD,
  };
}

function inWords(series: LatencySeries): string {
  const of = (name: string) => milliseconds(series.figures.find((figure) => figure.name === name)?.ms ?? 0);
  return `${seriesName(series)}: p50 is ${of('p50')}, p99 is ${of('p99')}, the longest is ${of('max')}.`;
}

export function histogramChart(series: LatencySeries, index: number): ChartSpec {
  const { bars } = series;
  const edges = [...bars.map(({ fromMs }) => fromMs), bars.at(-1)?.toMs ?? 0];
  const edgeText = (edge: number) => durationText(edges[edge] ?? 0);
  const step = Math.max(1, Math.ceil(bars.length / 6));
  const most = bars.reduce((best, bar) => (bar.count > best.count ? bar : best));
  return {
    id: `histogram-${index}`,
    title: `Distribution of latency: ${seriesName(series)}`,
    summary: `The most frequent range is ${durationText(most.fromMs)} to ${durationText(most.toMs)}, with ${plural(most.count, 'sample')}.`,
    horizontal: {
      name: 'latency',
      values: bars.map((_, position) => position),
      format: (position) =>
        Number.isInteger(position)
          ? `${edgeText(position)} – ${edgeText(position + 1)}`
          : edgeText(position + 0.5),
      ticks: edges.flatMap((_, edge) => (edge % step === 0 ? [edge - 0.5] : [])),
      range: [-0.6, bars.length - 0.4],
    },
    series: [
      {
        name: 'samples',
        values: bars.map(({ count }) => count),
        format: (count) => count.toLocaleString('en'),
        form: 'bars',
      },
    ],
  };
}
