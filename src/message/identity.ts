/** The identity of a message: its run, and its position in the run's plan. All numbers start at 1. */
export interface Identity {
  readonly run: string;
  /** Number of the thread group in the plan. */
  readonly group: number;
  /** Number of the thread in its group, as in JMeter's thread name. */
  readonly thread: number;
  readonly loop: number;
  /** Number of the request in its thread group. */
  readonly request: number;
}

/** The reserved key of a JSON body. Its value holds the identity, the send time and the checksum. */
export const RESERVED_KEY = 'qbl';

const RUN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Whether the text is a valid run ID. A run ID is also a folder name, so `.` and `..` are not valid. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text) && text !== '.' && text !== '..';
}

/** Maximum number of thread groups in a plan, and of requests in a thread group. qbl never sends a larger number. */
export const MAX_PER_PLAN = 100;
/** Limit for the numbers of threads and loops. All numbers are smaller. */
export const MAX_INDEX = 2 ** 31;
