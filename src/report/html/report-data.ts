import type { VerdictFacts } from '../verdict/facts.ts';

/**
 * What the page shows, as it stands in the page and as a live page will get it: plain data, bounded, and free of
 * secrets. Times are seconds since the run's start, latencies milliseconds.
 */
export interface ReportData {
  readonly schema: 'qbl.report/1';
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly run: RunData;
  /** What a reader looks for first. */
  readonly keyFigures: readonly Fact[];
  readonly verdict: VerdictFacts;
  /** What the queue bought; null where no service worked behind it. */
  readonly bought: BoughtData | null;
  /** When the service was away. */
  readonly outages: readonly SpanData[];
  /** Null where there is no such file in the run's folder. */
  readonly levelling: LevellingData | null;
  readonly latency: LatencyData | null;
  readonly outcomes: OutcomesData | null;
  /** Of this run with others. */
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
  /** ISO 8601. */
  readonly startedAt: string;
  readonly facts: readonly Fact[];
  readonly plan: readonly Fact[];
  /** The service behind the queue; empty when none took part. */
  readonly service: readonly Fact[];
}

export interface BoughtData {
  /** That of compare.json. */
  readonly table: ComparisonTable;
  /** Null: the same was not run without a queue. */
  readonly failures: FailuresData | null;
}

/** Requests that were not acked, by the time since the start of their run. */
export interface FailuresData {
  readonly seconds: readonly number[];
  readonly withQueuePerSecond: Column;
  readonly withoutQueuePerSecond: Column;
}

export interface SpanData {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Columns of equal length; null: no value at that time. */
export type Column = readonly (number | null)[];

export interface LevellingData {
  readonly seconds: readonly number[];
  readonly arrived: Column;
  readonly processed: Column;
  readonly backlog: Column;
  readonly oldestAgeSeconds: Column;
  readonly rates: {
    readonly seconds: readonly number[];
    readonly arrivedPerSecond: Column;
    readonly processedPerSecond: Column;
  };
  readonly facts: readonly Fact[];
}

export interface LatencyData {
  readonly series: readonly LatencySeries[];
  /** Runs laid over this one for which there is no colour left. */
  readonly leftOut: number;
}

export interface LatencySeries {
  /** What was measured. */
  readonly name: string;
  /** The run it is of, where several are laid over one another. */
  readonly run: string | null;
  readonly count: number;
  readonly figures: readonly { readonly name: string; readonly ms: number }[];
  readonly percentiles: readonly number[];
  readonly ms: readonly number[];
  readonly bars: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[];
}

export interface OutcomesData {
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

/** Figures side by side. */
export interface ComparisonTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly unit: string;
    /** Which benefit of the queue the figure shows at a glance; absent of all others. */
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
  /** Why there are none; null when there are. */
  readonly absent: string | null;
  readonly failures: { readonly shown: number; readonly total: number };
  readonly successes: { readonly shown: number; readonly total: number };
  /** Results that were not traced, of messages that something is wrong with. */
  readonly untraced: number;
  /** Longer bodies are cut to this many characters. */
  readonly bodyLength: number;
  readonly items: readonly ResultData[];
}

export interface ResultData {
  /** Group, thread, loop and request, such as `1-7-3-1`; null where they are not known. */
  readonly key: string | null;
  /** What is wrong with its message, as the verdict names it. */
  readonly kinds: readonly string[];
  /** False: it is made from its sample and the plan. */
  readonly isTraced: boolean;
  readonly thread: string;
  readonly loop: number;
  readonly label: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly outcome: string;
  readonly success: boolean;
  readonly failure: string | null;
  readonly request: MessageData;
  /** Null when none came. */
  readonly response: MessageData | null;
}

export interface MessageData {
  /** The request line or the status line. */
  readonly line: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null when there was none. */
  readonly body: string | null;
  readonly bodyBytes: number;
  /** What of it was not kept; null: nothing is missing. */
  readonly missing: string | null;
}
