/** What a model says of arrivals and a service. Times are on the clock of the arrivals. */
export interface ModelResult {
  readonly messages: number;
  /** Arrived and not yet processed. */
  readonly peakBacklog: number;
  readonly peakAtMs: number;
  /** When the last message was processed. */
  readonly drainedAtMs: number;
  /** Share of the capacity that is used from the first arrival until then, outages aside. */
  readonly meanUtilisation: number;
  /** From the arrival until the work begins. */
  readonly waits: Waits;
  /** From the arrival until the last attempt ends. */
  readonly untilProcessed: Waits;
}

/** How long messages wait for something. */
export interface Waits {
  readonly meanMs: number;
  readonly longestMs: number;
  /** @param percentile from 0 to 100, where 100 is the longest */
  percentileMs(percentile: number): number;
}

/** No message, or only so many in a hundred, may wait longer until it is processed. */
export interface WaitBound {
  readonly maxWaitMs: number;
  /** Above 0, up to 100, which stands for every message. */
  readonly percentile: number;
}
