import { formatCount, formatMs } from '../../figures.ts';
import type { Column, FailuresData, LevellingData, OutcomesData, SpanData } from '../../html/report-data.ts';
import { durationText, elapsedText, figureText, rateText } from '../text.ts';
import type { ChartSpec, Horizontal, Shade } from './chart-spec.ts';

const TIME = 'time since the first request';
const ms = (value: number) => `${formatMs(value)} ms`;
const count = (value: number) => figureText(value);

function timeAxis(values: readonly number[], end: number): Horizontal {
  return { name: TIME, values, format: elapsedText, range: [0, end] };
}

function highest(values: Column): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function shadesOf(spans: readonly SpanData[], name = 'outage'): Shade[] {
  return spans.map(({ fromSeconds, toSeconds }) => ({ name, from: fromSeconds, to: toSeconds }));
}

export function failuresChart(data: FailuresData, outages: readonly SpanData[]): ChartSpec {
  const { seconds, withQueuePerSecond, withoutQueuePerSecond } = data;
  const peaks = [highest(withQueuePerSecond), highest(withoutQueuePerSecond)].map(rateText);
  return {
    id: 'failures',
    title: 'Failed requests',
    summary: `Failed requests: up to ${peaks[0]} with the queue, up to ${peaks[1]} without it.`,
    horizontal: timeAxis(seconds, 2 * (seconds.at(-1) ?? 0) - (seconds.at(-2) ?? 0)),
    shades: shadesOf(outages),
    series: [
      { name: 'with the queue', values: withQueuePerSecond, format: rateText, form: 'line' },
      { name: 'without the queue', values: withoutQueuePerSecond, format: rateText, form: 'area' },
    ],
  };
}

/** Returns the charts of load levelling: arrivals, processing and backlog over time. */
export function levellingCharts(data: LevellingData, outages: readonly SpanData[]): ChartSpec[] {
  return chartsOf(data, { group: 'levelling', shades: shadesOf(outages) });
}

/**
 * Returns the charts of an observed service: arrivals, work and backlog over time, and the number of its
 * consumers if it is known.
 */
export function observedCharts(data: LevellingData, rebalances: readonly SpanData[]): ChartSpec[] {
  const shared = { group: 'observed', shades: shadesOf(rebalances, 'rebalance') };
  const charts = chartsOf(data, shared).map((spec) => ({ ...spec, id: `observed-${spec.id}` }));
  return isKnown(data.consumers) ? [...charts, consumersChart(data, shared)] : charts;
}

function consumersChart({ seconds, consumers, done }: LevellingData, shared: Shared): ChartSpec {
  const [whole, parts] = done === 'committed' ? ['group', 'members'] : ['queue', 'consumers'];
  return {
    id: 'observed-consumers',
    title: `${parts === 'members' ? 'Members' : 'Consumers'} of the ${whole}`,
    summary: `The ${whole} has up to ${formatCount(highest(consumers))} ${parts}.`,
    horizontal: timeAxis(seconds, seconds.at(-1) ?? 0),
    ...shared,
    series: [{ name: parts, values: consumers, format: count, form: 'step', bridgesGaps: true }],
  };
}

type Shared = Pick<ChartSpec, 'group' | 'shades'>;

function chartsOf(data: LevellingData, shared: Shared): ChartSpec[] {
  const { seconds, rates, arrived, processed, done } = data;
  const doing = DOING[done];
  const end = Math.max(seconds.at(-1) ?? 0, rates.seconds.at(-1) ?? 0);
  const peaks = [highest(rates.arrivedPerSecond), highest(rates.processedPerSecond)].map(rateText);
  return [
    {
      id: 'rates',
      title: `Arrivals and ${doing}`,
      summary: `Arrivals peak at ${peaks[0]}, ${doing} at ${peaks[1]}.`,
      horizontal: timeAxis(rates.seconds, end),
      ...shared,
      series: [
        { name: 'arrived', values: rates.arrivedPerSecond, format: rateText, form: 'area' },
        { name: done, values: rates.processedPerSecond, format: rateText, form: 'line' },
      ],
    },
    { ...backlogChart(data), horizontal: timeAxis(seconds, end), ...shared },
    {
      id: 'cumulative',
      title: 'Messages in total',
      summary: `${formatCount(highest(arrived))} arrived and ${formatCount(highest(processed))} were ${done}. The distance between the lines is the backlog.`,
      horizontal: timeAxis(seconds, end),
      ...shared,
      series: [
        { name: 'arrived', values: arrived, format: count, form: 'line', bridgesGaps: true },
        { name: done, values: processed, format: count, form: 'line' },
      ],
    },
  ];
}

const DOING = { processed: 'processing', committed: 'commits', taken: 'deliveries' };

/**
 * Returns the chart of the backlog. It also shows the age of the oldest message, or the messages that the
 * service holds.
 */
function backlogChart({
  backlog,
  oldestAgeSeconds: ages,
  unacknowledged,
}: LevellingData): Omit<ChartSpec, 'horizontal' | 'shades'> {
  const waiting = {
    name: 'backlog',
    values: backlog,
    format: count,
    form: 'area',
    bridgesGaps: true,
  } as const;
  const grows = `The backlog grows to ${formatCount(highest(backlog))}`;
  const second = { form: 'line', bridgesGaps: true } as const;
  if (isKnown(ages)) {
    const oldest = { name: 'oldest message', values: ages, format: elapsedText, axis: 'right' } as const;
    return {
      id: 'backlog',
      title: 'Backlog and the age of its oldest message',
      summary: `${grows}. The oldest message waits for up to ${elapsedText(highest(ages))}.`,
      series: [waiting, { ...oldest, ...second }],
    };
  }
  if (!isKnown(unacknowledged))
    return { id: 'backlog', title: 'Backlog', summary: `${grows}.`, series: [waiting] };
  return {
    id: 'backlog',
    title: 'Backlog and unacknowledged messages',
    summary: `${grows}. Up to ${formatCount(highest(unacknowledged))} messages are not acknowledged.`,
    series: [waiting, { name: 'unacknowledged', values: unacknowledged, format: count, ...second }],
  };
}

function isKnown(values: Column): boolean {
  return values.some((value) => value !== null);
}

/** Returns the charts of outcomes and latency over time. A sample counts at the time of its end. */
export function outcomeCharts(data: OutcomesData, outages: readonly SpanData[]): ChartSpec[] {
  const { seconds, bucketSeconds, ackedPerSecond, rejectedPerSecond, indeterminatePerSecond } = data;
  const shared = { group: 'samples', shades: shadesOf(outages) };
  const horizontal = timeAxis(seconds, (seconds.at(-1) ?? 0) + bucketSeconds / 2);
  const failed = [rejectedPerSecond, indeterminatePerSecond].some((values) => highest(values) > 0);
  return [
    {
      id: 'outcomes-over-time',
      title: `Outcomes over time, in steps of ${elapsedText(bucketSeconds)}`,
      summary: `Requests: up to ${rateText(highest(ackedPerSecond))} were acked. ${failed ? `Up to ${rateText(highest(rejectedPerSecond))} were rejected and ${rateText(highest(indeterminatePerSecond))} indeterminate.` : 'No request was rejected or indeterminate.'}`,
      horizontal,
      ...shared,
      series: [
        { name: 'acked', values: ackedPerSecond, format: rateText, form: 'line' },
        { name: 'rejected', values: rejectedPerSecond, format: rateText, form: 'line' },
        { name: 'indeterminate', values: indeterminatePerSecond, format: rateText, form: 'line' },
      ],
    },
    {
      id: 'latency-over-time',
      title: 'HTTP latency over time',
      summary: `The median is at most ${ms(highest(data.p50Ms))}, p99 at most ${ms(highest(data.p99Ms))}.`,
      horizontal,
      ...shared,
      series: [
        {
          name: 'p50',
          values: data.p50Ms,
          format: ms,
          axisFormat: durationText,
          form: 'line',
          bridgesGaps: true,
        },
        { name: 'p99', values: data.p99Ms, format: ms, form: 'line', bridgesGaps: true },
      ],
    },
  ];
}
