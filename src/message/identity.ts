/**
 * The identity of a message: the place in its run's plan that it was sent from. Every number counts from 1.
 */
export interface Identity {
  readonly run: string;
  /** Index of the thread group in the plan. */
  readonly group: number;
  /** Index of the thread in its group, as in JMeter's thread name. */
  readonly thread: number;
  readonly loop: number;
  /** Index of the request in its thread group. */
  readonly request: number;
}

/** The reserved key of a JSON body under which identity, time of sending and sum travel. */
export const RESERVED_KEY = 'qbl';

const RUN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A run id names a folder too, so `.` and `..` are none. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text) && text !== '.' && text !== '..';
}

/** Thread groups of a plan, and requests of a thread group: no identity beyond was ever sent. */
export const MAX_PER_PLAN = 100;
/** Threads of a group and loops of a thread stay below. */
export const MAX_INDEX = 2 ** 31;
