/** Result of a model. Times use the clock of the arrivals. */
export interface ModelResult {
  readonly messages: number;
  /** Messages that have arrived and are not processed yet. */
  readonly peakBacklog: number;
  readonly peakAtMs: number;
  /** When the last message was processed. */
  readonly drainedAtMs: number;
  /** Share of the capacity in use from the first arrival until then, without outages. */
  readonly meanUtilisation: number;
  /** From the arrival until the work starts. */
  readonly waits: Waits;
  /** From the arrival until the last attempt ends. */
  readonly untilProcessed: Waits;
}

/** Distribution of waiting times. */
export interface Waits {
  readonly meanMs: number;
  readonly longestMs: number;
  /** @param percentile from 0 to 100; 100 is the longest wait */
  percentileMs(percentile: number): number;
}

/** A limit on the time until messages are processed. */
export interface WaitBound {
  readonly maxWaitMs: number;
  /** Percentage of messages that must keep the limit, above 0. 100 means every message. */
  readonly percentile: number;
}
