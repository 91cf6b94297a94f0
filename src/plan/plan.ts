import type { Identity } from '../message/identity.ts';
import type { RateSchedule } from '../samples/rate-kept.ts';

/** What is to be sent. JMeter's words and meaning; `plans/*.yaml` is its written form. */
export interface Plan {
  readonly name: string;
  /** All groups run at the same time, as JMeter's do. */
  readonly threadGroups: readonly ThreadGroup[];
  /** Requests a second of all threads together; null: each thread goes as fast as it is answered. */
  readonly rate: number | null;
  /** Whether the messages carry identity and sum, without which `verify` can only count. */
  readonly identity: boolean;
  /** What bodies, headers and URLs may mention beside the variables of every plan; a .jmx brings them. */
  readonly variables?: readonly PlanVariable[];
}

/** A value of the plan's own. */
export type PlanVariable =
  /** A version 4 UUID for each message. */
  { readonly kind: 'uuid'; readonly name: string } | PlanCounter;

/** One number for each loop of a thread. Source: JMeter's CounterConfig. */
export interface PlanCounter {
  readonly kind: 'counter';
  readonly name: string;
  readonly start: number;
  /** It begins again above this one; null: never. */
  readonly end: number | null;
  readonly increment: number;
  /** A pattern of Java's DecimalFormat such as `user-000`; empty: the number alone. */
  readonly format: string;
  /** Each thread counts for itself; otherwise all threads draw from one counter. */
  readonly perThread: boolean;
}

export interface ThreadGroup {
  readonly name: string;
  readonly threads: number;
  /** Loops of each thread; null: endless, until `durationMs` has passed. */
  readonly loops: number | null;
  readonly durationMs: number | null;
  readonly rampUpMs: number;
  readonly onSampleError: OnSampleError;
  /** Sent one after the other in each loop. */
  readonly requests: readonly Request[];
  /** No thread starts before, and the duration begins then; absent: 0. Source: ThreadGroup.java, scheduleThread. */
  readonly startDelayMs?: number;
  /** Each loop opens new connections, as a user would who was not there before; absent: they are kept. */
  readonly newConnectionEachLoop?: true;
}

/** What a thread does after a failed sample. Source: JMeter's AbstractThreadGroup.ON_SAMPLE_ERROR. */
export const ON_SAMPLE_ERROR = [
  'continue',
  'startnextloop',
  'stopthread',
  'stoptest',
  'stoptestnow',
] as const;
export type OnSampleError = (typeof ON_SAMPLE_ERROR)[number];

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

export interface Request {
  /** The label of its samples. */
  readonly name: string;
  /** A template but for its scheme and host. */
  readonly url: string;
  readonly method: Method;
  /** The values are templates. */
  readonly headers: Readonly<Record<string, string>>;
  /** The template of the body, with `${thread} ${loop} ${run} ${uuid} ${now}`; null: no body. */
  readonly body: string | null;
  /** Bound on the connect, and on the time from the request to the end of the response; 0: none. */
  readonly timeoutMs: number;
  /** Bound on the connect, where it is not `timeoutMs`. */
  readonly connectTimeoutMs?: number;
  /** The thread waits for all of these before it sends; absent: it does not wait. */
  readonly timers?: readonly Timer[];
}

/** A think time, drawn for each message: `delayMs`, and evenly up to `rangeMs` more. */
export interface Timer {
  readonly delayMs: number;
  readonly rangeMs: number;
}

/** Whether the plan sends a message of this identity. */
export function isPlanned(plan: Plan, { group, thread, loop, request }: Omit<Identity, 'run'>): boolean {
  const threadGroup = plan.threadGroups[group - 1];
  if (threadGroup === undefined) return false;
  const { threads, loops, requests } = threadGroup;
  return thread <= threads && request <= requests.length && (loops === null || loop <= loops);
}

/** When the plan's requests are due; null without a rate. A group without loops or duration ends by the other. */
export function rateSchedule({ rate, threadGroups }: Plan): RateSchedule | null {
  if (rate === null) return null;
  let samples: number | null = 0;
  let durationMs: number | null = 0;
  for (const { loops, threads, requests, startDelayMs = 0, durationMs: lasts } of threadGroups) {
    samples = loops === null || samples === null ? null : samples + threads * loops * requests.length;
    durationMs = lasts === null || durationMs === null ? null : Math.max(durationMs, startDelayMs + lasts);
  }
  return { ratePerSecond: rate, samples, durationMs };
}

/** Samples that the plan makes; null when a group ends by time. */
export function plannedSamples(plan: Plan): number | null {
  let samples = 0;
  for (const group of plan.threadGroups) {
    if (group.loops === null || group.durationMs !== null) return null;
    samples += group.threads * group.loops * group.requests.length;
  }
  return samples;
}

/** How long the plan sends; null: it ends with its loops, or never. */
export function plannedMs(plan: Plan): number | null {
  const ends = plan.threadGroups.map(({ durationMs, startDelayMs = 0 }) =>
    durationMs === null ? Number.POSITIVE_INFINITY : startDelayMs + durationMs,
  );
  const latest = Math.max(...ends);
  return Number.isFinite(latest) ? latest : null;
}
