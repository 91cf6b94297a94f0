/**
 * The result of one request: a row of a JTL file, with JMeter's columns.
 * Source of names and meaning: JMeter 5.6.3, CSVSaveService and SampleResult.
 */
export interface Sample {
  /** Start of the sample, epoch milliseconds, a whole number. */
  readonly timeStampMs: number;
  /** From the start of the sample to the last byte of the response, whole milliseconds. */
  readonly elapsedMs: number;
  /** The request's name. */
  readonly label: string;
  /** An HTTP status, or `Non HTTP response code: <java class>`. */
  readonly responseCode: string;
  /** The reason phrase, or `Non HTTP response message: <message>`. */
  readonly responseMessage: string;
  /** `<group name> <group>-<thread>`, both from 1. */
  readonly threadName: string;
  /** JMeter's success: a status from 200 to 399. */
  readonly success: boolean;
  readonly failureMessage: string;
  /** Headers and body of the response. */
  readonly bytes: number;
  /** Headers and body of the request. */
  readonly sentBytes: number;
  /** Threads active in the group, and in all groups, when the sample ended. */
  readonly grpThreads: number;
  readonly allThreads: number;
  readonly url: string;
  /** To the first byte of the response, `connectMs` included. */
  readonly latencyMs: number;
  readonly idleTimeMs: number;
  readonly connectMs: number;
  /** The loop that the sample belongs to, from 1. */
  readonly loop: number;
}

/** JMeter's thread name. Source: ThreadGroup.java, `groupName + " " + groupNumber + "-" + (threadNumber + 1)`. */
export function threadName(groupName: string, group: number, thread: number): string {
  return `${groupName} ${group}-${thread}`;
}
