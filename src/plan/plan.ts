import type { Identity } from '../message/identity.ts';

/** What is to be sent. JMeter's words and meaning; `plans/*.yaml` is its written form. */
export interface Plan {
  readonly name: string;
  /** All groups run at the same time, as JMeter's do. */
  readonly threadGroups: readonly ThreadGroup[];
  /** Requests a second of all threads together; null: each thread goes as fast as it is answered. */
  readonly rate: number | null;
  /** Whether the messages carry identity and sum, without which `verify` can only count. */
  readonly identity: boolean;
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
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  /** The template of the body, with `${thread} ${loop} ${run} ${uuid} ${now}`; null: no body. */
  readonly body: string | null;
  /** Bound on the connect, and on the time from the request to the end of the response; 0: none. */
  readonly timeoutMs: number;
}

/** Whether the plan sends a message of this identity. */
export function isPlanned(plan: Plan, { group, thread, loop, request }: Omit<Identity, 'run'>): boolean {
  const threadGroup = plan.threadGroups[group - 1];
  if (threadGroup === undefined) return false;
  const { threads, loops, requests } = threadGroup;
  return thread <= threads && request <= requests.length && (loops === null || loop <= loops);
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
