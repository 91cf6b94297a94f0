import type { Outcome } from './outcome.ts';

/**
 * The result of one request: a row of a JTL file, with JMeter's columns.
 * Source of names and meaning: JMeter 5.6.3, CSVSaveService and SampleResult.
 */
export interface Sample {
  /** Start of the sample in epoch milliseconds, a whole number. */
  readonly timeStampMs: number;
  /** Time from the start of the sample to the last byte of the response, in whole milliseconds. */
  readonly elapsedMs: number;
  readonly label: string;
  /** An HTTP status, or `Non HTTP response code: <java class>`. */
  readonly responseCode: string;
  /** The reason phrase, or `Non HTTP response message: <message>`. */
  readonly responseMessage: string;
  /** `<group name> <group>-<thread>`; both numbers start at 1. JMeter numbers setUp and tearDown groups separately. */
  readonly threadName: string;
  /** JMeter's success: the response had a status from 200 to 399, and no assertion failed. */
  readonly success: boolean;
  /** JMeter's text of the assertion that failed. Empty if no assertion failed. */
  readonly failureMessage: string;
  /** Size of the response, headers and body. */
  readonly bytes: number;
  /** Size of the request, headers and body. */
  readonly sentBytes: number;
  /** Number of active threads, in the group and in all groups, at the end of the sample. */
  readonly grpThreads: number;
  readonly allThreads: number;
  readonly url: string;
  /** Time to the first byte of the response, including `connectMs`. */
  readonly latencyMs: number;
  readonly idleTimeMs: number;
  readonly connectMs: number;
  /** Loop number of the sample, starting at 1. */
  readonly loop: number;
  /** The outcome as its sender decided it. Absent if only the response decides. */
  readonly outcome?: Outcome;
  /**
   * The hash of the content that was sent, in hexadecimal digits. Absent if the plan does not compare
   * contents.
   */
  readonly content?: string;
  /** The number of the request in its thread group, from 1. Absent if the sender does not know the request. */
  readonly request?: number;
  /** The number of the thread group in the plan, from 1. Absent if the name of the thread shows the group. */
  readonly threadGroup?: number;
}

/**
 * Returns JMeter's name of a thread. Source: ThreadGroup.java, `groupName + " " + groupNumber + "-" +
 * (threadNumber + 1)`.
 */
export function threadName(groupName: string, group: number, thread: number): string {
  return `${groupName} ${group}-${thread}`;
}
