import { ON_SAMPLE_ERROR } from '../../plan/plan.ts';
import { plural } from '../../plural.ts';
import type { Output } from '../context.ts';

/** Whether failed requests ended a run before its plan was complete. `reason` is the reason of the end in run.json. */
export function endedByFailures(reason: string): boolean {
  return ON_SAMPLE_ERROR.some((mode) => mode === reason);
}

/**
 * Prints a note if failed requests ended the run. Otherwise the user may think that the plan or a signal ended the run.
 * @param reason the reason of the end, as in run.json
 */
export function noteEndByFailures(reason: string, requests: number, { line, style }: Output): void {
  if (!endedByFailures(reason)) return;
  const end = `failed requests ended the run (onSampleError: ${reason})`;
  line(`${style.bold('note:')} ${end}, after ${plural(requests, 'request')}`);
}
