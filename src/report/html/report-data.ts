import type { GapsFact, HopsFact, VerdictFacts } from '../verdict/facts.ts';

/**
 * The data of the page. The page embeds it, and a live page also receives it as events. It has a bounded size and contains
 * no secrets. Times are seconds since the first request, latencies are milliseconds.
 */
export interface ReportData {
  readonly schema: 'qbl.report/1';
  /** Time at which the data was collected, in ISO 8601. */
  readonly writtenAt: string;
  readonly run: RunData;
  /** The figures at the top of the page. */
  readonly keyFigures: readonly Fact[];
  readonly verdict: VerdictFacts;
  /** The benefit of the queue. Null if no service processed the messages. */
  readonly benefit: BenefitData | null;
  /** The planned outages of the service. */
  readonly outages: readonly SpanData[];
  /** The backlog over time. Null if the run's folder has no timeline.csv, or an empty one. */
  readonly levelling: LevellingData | null;
  /** The user's own service. Null if it was not observed. */
  readonly observed: ObservedData | null;
  readonly latency: LatencyData | null;
  readonly outcomes: OutcomesData | null;
  /**
   * The messages in the hops, the queues to which the service writes. Null if the run has no hops, or is not
   * verified.
   */
  readonly hops: HopsFact | null;
  /** The times without an acknowledged request. Null if they are not known. */
  readonly gaps: GapsFact | null;
  /** Comparisons of this run with other runs. */
  readonly comparisons: readonly ComparisonTable[];
  readonly summary: SummaryData | null;
  readonly results: ResultsData;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface RunData {
  readonly id: string;
  /** Start of the run, in ISO 8601. */
  readonly startedAt: string;
  readonly facts: readonly Fact[];
  readonly plan: readonly Fact[];
  /** Facts about the service behind the queue. Empty if no service ran. */
  readonly service: readonly Fact[];
}

export interface BenefitData {
  /** The table of compare.json. */
  readonly table: ComparisonTable;
  /** Failed requests with the queue and without it. Null if there was no run without a queue. */
  readonly failures: FailuresData | null;
}

/** Requests that were not acknowledged, over the time since the first request of each run. */
export interface FailuresData {
  readonly seconds: readonly number[];
  readonly withQueuePerSecond: Column;
  readonly withoutQueuePerSecond: Column;
}

export interface SpanData {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** A column of a table. All columns of a table have the same length. A null marks a time without a value. */
export type Column = readonly (number | null)[];

export interface LevellingData {
  readonly seconds: readonly number[];
  readonly arrived: Column;
  readonly processed: Column;
  readonly backlog: Column;
  /** Age of the oldest message. All values are null if the queue does not show the age of its messages. */
  readonly oldestAgeSeconds: Column;
  /** Number of messages that were delivered to an observed service and are not acknowledged. */
  readonly unacknowledged: Column;
  /** Number of consumers of an observed queue, or of members of an observed group. */
  readonly consumers: Column;
  readonly rates: {
    readonly seconds: readonly number[];
    readonly arrivedPerSecond: Column;
    readonly processedPerSecond: Column;
  };
  /**
   * What the service did with the messages, as far as qbl knows. Of an observed consumer group, qbl knows only the
   * commits. Of an observed queue, qbl knows only that messages were taken.
   */
  readonly done: 'processed' | 'committed' | 'taken';
  readonly facts: readonly Fact[];
}

/** What was observed of the user's own service. */
export interface ObservedData {
  readonly facts: readonly Fact[];
  /** The backlog over time. Null if there is no observation yet. */
  readonly levelling: LevellingData | null;
  readonly rebalances: readonly SpanData[];
}

export interface LatencyData {
  readonly series: readonly LatencySeries[];
  /** Number of compared runs that are not drawn, because there are too many. */
  readonly leftOut: number;
}

export interface LatencySeries {
  /** The kind of latency, such as `HTTP`. */
  readonly name: string;
  /** The id of the run. Null if the chart shows only one run. */
  readonly run: string | null;
  readonly count: number;
  readonly figures: readonly { readonly name: string; readonly ms: number }[];
  readonly percentiles: readonly number[];
  readonly ms: readonly number[];
  readonly bars: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[];
}

export interface OutcomesData {
  /** Why the outcome of some requests is unclear, or missing. Null if every outcome is clear. */
  readonly unclear: string | null;
  readonly seconds: readonly number[];
  readonly bucketSeconds: number;
  readonly ackedPerSecond: Column;
  readonly rejectedPerSecond: Column;
  readonly indeterminatePerSecond: Column;
  readonly p50Ms: Column;
  readonly p99Ms: Column;
  readonly responses: readonly {
    readonly outcome: string;
    readonly response: string;
    readonly count: number;
  }[];
}

/** A table with one column per run or model. */
export interface ComparisonTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly unit: string;
    /** The benefit of the queue that this figure shows. Absent if this figure shows no benefit. */
    readonly benefit?: string | undefined;
    readonly cells: readonly (number | string | null)[];
  }[];
  readonly notes: readonly string[];
}

export interface SummaryData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly leftOut: number;
}

export interface ResultsData {
  /** Why there are no results. Null if there are results. */
  readonly absent: string | null;
  readonly failures: { readonly shown: number; readonly total: number };
  readonly successes: { readonly shown: number; readonly total: number };
  /**
   * Number of results that were not traced. The page shows them because their messages have a problem, such as `lost`.
   */
  readonly untraced: number;
  /** Maximum length of a body in characters. Longer bodies are cut. */
  readonly bodyLength: number;
  readonly items: readonly ResultData[];
}

export interface ResultData {
  /** Group, thread, loop and request, such as `1-7-3-1`. Null if they are unknown. */
  readonly key: string | null;
  /** Problems of the message, such as `lost`, in the words of the verdict. */
  readonly kinds: readonly string[];
  /** False if the result was rebuilt from its row in samples.jtl and the plan. */
  readonly isTraced: boolean;
  readonly thread: string;
  readonly loop: number;
  readonly label: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly outcome: string;
  readonly success: boolean;
  /** Why there is no complete response, or which assertion failed. Null if neither is the case. */
  readonly failure: string | null;
  readonly request: MessageData;
  /** The response. Null if no response was received. */
  readonly response: MessageData | null;
}

export interface MessageData {
  /** The request line or the status line. */
  readonly line: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body. Null if the request or the response had no body. */
  readonly body: string | null;
  readonly bodyBytes: number;
  /** Explains which parts were not kept. Null if nothing is missing. */
  readonly missing: string | null;
}
