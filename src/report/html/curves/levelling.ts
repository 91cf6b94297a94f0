import type { ObservedService } from '../../../runs/documents/observed-service-json.ts';
import { statIfThere } from '../../../runs/regular-file.ts';
import { type RunFolder, runFiles } from '../../../runs/run-folder.ts';
import { formatCount } from '../../figures.ts';
import type { Column, Fact, LevellingData } from '../report-data.ts';
import { FirstFinishes } from './first-finishes.ts';
import { type Columns, GROUP_TIMELINE, QUEUE_TIMELINE, SERVICE_COLUMNS } from './levels.ts';
import { type Arrived, arrivedOf, type OwnLevel, ownLevelsOf } from './own-levels.ts';
import { type Mergeable, TimeBuckets } from './time-buckets.ts';

/** Maximum number of time spans. Each span keeps three rows, so a chart has at most 990 points. */
const MAX_BUCKETS = 330;
const FIRST_WIDTH_MS = 100;
/** Maximum number of rates in a chart. */
const MAX_RATES = 300;
/** Shortest time over which a rate is computed. Over a shorter time, a rate shows single batches of the service. */
const FIRST_RATE_WIDTH_MS = 500;

/**
 * Reads the backlog over time from timeline.csv. Null if the file does not exist or has no rows. The receipts show which
 * messages were processed again.
 */
export async function readLevelling(folder: RunFolder, startMs: number): Promise<LevellingData | null> {
  const { timeline } = runFiles(folder);
  if (statIfThere(timeline) === null) return null;
  const finishes = new FirstFinishes(folder, startMs);
  try {
    return await levellingOf(timeline, startMs, SERVICE_COLUMNS, 'processed', (level) => finishes.of(level));
  } finally {
    await finishes.close();
  }
}

/**
 * Reads the backlog of an observed service over time from observed-timeline.csv. Null if the file does not
 * exist or has no rows.
 */
export function readObservedLevelling(
  folder: RunFolder,
  startMs: number,
  observedBy: ObservedService['observedBy'],
): Promise<LevellingData | null> {
  const { observedTimeline } = runFiles(folder);
  return observedBy === 'group'
    ? levellingOf(observedTimeline, startMs, GROUP_TIMELINE, 'committed')
    : levellingOf(observedTimeline, startMs, QUEUE_TIMELINE, 'taken');
}

async function levellingOf(
  timeline: string,
  startMs: number,
  columns: Columns,
  done: LevellingData['done'],
  correct: (level: OwnLevel) => OwnLevel | Promise<OwnLevel> = (level) => level,
): Promise<LevellingData | null> {
  if (statIfThere(timeline) === null) return null;
  const points = new TimeBuckets(MAX_BUCKETS, FIRST_WIDTH_MS, () => new Extremes());
  const steps = new TimeBuckets(MAX_RATES, FIRST_RATE_WIDTH_MS, () => new Extremes());
  let first: OwnLevel | null = null;
  let last: OwnLevel | null = null;
  for await (const row of ownLevelsOf(timeline, startMs, columns)) {
    const level = await correct(row);
    first ??= level;
    last = level;
    points.at(level.ms).take(level);
    steps.at(level.ms).take(level);
  }
  if (first === null || last === null) return null;
  const levels = points.list().flatMap(({ value }) => value.levels);
  const all = levels.includes(last) ? levels : [...levels, last];
  return levellingData(arrivedOf(all), ratesOf(first, last, steps), done);
}

/**
 * Keeps three rows of a time span: those with the lowest and the highest backlog, and the last row with an
 * answer of the queue.
 */
class Extremes implements Mergeable<Extremes> {
  #lowest: OwnLevel | null = null;
  #highest: OwnLevel | null = null;
  /** The last row in which the queue answered. If it never answered, the last row. */
  end: OwnLevel | null = null;

  take(level: OwnLevel): void {
    if (level.backlog !== null) this.#compare(level, level.backlog);
    if (this.end === null || isNearerTheEnd(level, this.end)) this.end = level;
  }

  #compare(level: OwnLevel, backlog: number): void {
    if (backlog < (this.#lowest?.backlog ?? Number.POSITIVE_INFINITY)) this.#lowest = level;
    if (backlog > (this.#highest?.backlog ?? -1)) this.#highest = level;
  }

  add(other: Extremes): void {
    for (const level of other.levels) this.take(level);
  }

  /** The kept rows in the order of time, without duplicates. */
  get levels(): OwnLevel[] {
    const kept = new Set([this.#lowest, this.#highest, this.end]);
    return [...kept].filter((level) => level !== null).sort((a, b) => a.ms - b.ms);
  }
}

function isNearerTheEnd(level: OwnLevel, than: OwnLevel): boolean {
  const isAnswered = level.backlog !== null;
  return isAnswered === (than.backlog !== null) ? level.ms >= than.ms : isAnswered;
}

type Rates = LevellingData['rates'];

/**
 * Computes rates between the ends of neighbouring time spans. A span without rows is joined to the next span.
 */
function ratesOf(first: OwnLevel, last: OwnLevel, steps: TimeBuckets<Extremes>): Rates {
  const ends = steps.list().flatMap(({ value }) => (value.end === null ? [] : [value.end]));
  const levels = arrivedOf([first, ...ends, last]);
  const spans = levels
    .slice(1, -1)
    .map((to, index) => ({ from: levels[index] ?? to, to }))
    .filter(({ from, to }) => to.ms > from.ms);
  const perSecond = (count: (level: Arrived) => number | null): Column =>
    spans.map(({ from, to }) => rate(count(from), count(to), to.ms - from.ms));
  return {
    seconds: spans.map(({ from, to }) => round((from.ms + to.ms) / 2000)),
    arrivedPerSecond: perSecond(({ arrived }) => arrived),
    processedPerSecond: perSecond(({ processed }) => processed),
  };
}

/**
 * Computes the rate between two counts. A count falls if messages return to the queue. The rate is then 0.
 */
function rate(from: number | null, to: number | null, ms: number): number | null {
  return from === null || to === null ? null : round((Math.max(0, to - from) / ms) * 1000);
}

function levellingData(levels: readonly Arrived[], rates: Rates, done: LevellingData['done']): LevellingData {
  return {
    seconds: levels.map(({ ms }) => round(ms / 1000)),
    arrived: levels.map(({ arrived }) => arrived),
    processed: levels.map(({ processed }) => processed),
    backlog: levels.map(({ backlog }) => backlog),
    oldestAgeSeconds: levels.map(({ oldestAgeMs: ms }) => (ms === null ? null : round(ms / 1000))),
    unacknowledged: levels.map(({ unacknowledged }) => unacknowledged),
    consumers: levels.map(({ consumers }) => consumers),
    rates,
    done,
    facts: factsOf(levels, rates, done),
  };
}

function factsOf(
  levels: readonly Arrived[],
  { arrivedPerSecond, processedPerSecond }: Rates,
  done: LevellingData['done'],
): Fact[] {
  const backlog = highestOf(levels.map((level) => level.backlog));
  const atMs = levels.find((level) => level.backlog === backlog)?.ms ?? 0;
  const arrived = highestOf(levels.map((level) => level.arrived));
  const last = levels.at(-1);
  const perSecond = (value: number) => `${formatCount(Math.round(value))}/s`;
  return [
    { name: 'peak arrival rate', value: perSecond(highestOf(arrivedPerSecond)) },
    {
      name: `peak ${RATE_NAMES[done]} rate`,
      value: perSecond(highestOf(processedPerSecond)),
    },
    { name: 'largest backlog', value: `${formatCount(backlog)} after ${seconds(atMs)}` },
    ...oldestFacts(levels.map(({ oldestAgeMs }) => oldestAgeMs)),
    {
      name: done,
      value: `${formatCount(last?.processed ?? 0)} of ${formatCount(arrived)} after ${seconds(last?.ms ?? 0)}`,
    },
  ];
}

const RATE_NAMES = { processed: 'processing', committed: 'commit', taken: 'delivery' };

/**
 * Returns the age of the oldest message as a fact. Returns no fact if the queue does not show the age of its
 * messages.
 */
function oldestFacts(agesMs: Column): Fact[] {
  const known = agesMs.filter((ageMs) => ageMs !== null);
  return known.length === 0 ? [] : [{ name: 'oldest message', value: seconds(highestOf(known)) }];
}

function highestOf(values: Column): number {
  return values.reduce<number>((best, value) => Math.max(best, value ?? 0), 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
