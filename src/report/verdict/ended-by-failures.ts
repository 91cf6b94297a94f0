import type { OnSampleError, Plan } from '../../plan/plan.ts';
import { plural } from '../../plural.ts';

/** How a sender ended, as in run.json. */
export interface SenderEnd {
  readonly reason: string;
  readonly samples: number;
}

const ENDING: readonly string[] = ['stopthread', 'stoptest', 'stoptestnow'] satisfies OnSampleError[];

/** Whether failed requests can end a run of this plan before the plan is complete. */
export function mayEndByFailures({ threadGroups }: Plan): boolean {
  return threadGroups.some(({ onSampleError }) => ENDING.includes(onSampleError));
}

/** Whether this reason for the end of a run means that failed requests ended the run. */
export function isByFailures(reason: string): boolean {
  return ENDING.includes(reason);
}

/** Says that failed requests ended a run before its plan was complete. Null if they did not, or if the end is not known. */
export function endedByFailures(end: SenderEnd | null): string | null {
  if (end === null || !isByFailures(end.reason)) return null;
  return `failed requests ended the run (onSampleError: ${end.reason}), after ${plural(end.samples, 'request')}`;
}
