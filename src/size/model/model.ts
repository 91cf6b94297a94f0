/** Result of a model. Times are relative to the same moment as the arrival times. */
export interface ModelResult {
  readonly messages: number;
  readonly peakBacklog: number;
  readonly peakAtMs: number;
  /** Time when the last message was processed. */
  readonly drainedAtMs: number;
  /**
   * Share of the capacity that is used from the first arrival until the last message is processed. Outages do not
   * count.
   */
  readonly meanUtilisation: number;
  /** Times from the arrival of a message until work on it starts. */
  readonly waits: Waits;
  /** Times from the arrival of a message until its last attempt ends. */
  readonly untilProcessed: Waits;
}

/** Distribution of waiting times. */
export interface Waits {
  readonly meanMs: number;
  readonly longestMs: number;
  /**
   * Returns a percentile of the waiting times.
   * @param percentile from 0 to 100; 100 is the longest wait
   */
  percentileMs(percentile: number): number;
}

/** A limit for the time until messages are processed. */
export interface WaitBound {
  readonly maxWaitMs: number;
  /** Percentage of messages that must keep the limit, more than 0. 100 means every message. */
  readonly percentile: number;
}
