import type { BodyWriter } from '../plan/body-template.ts';
import type { Plan, ThreadGroup } from '../plan/plan.ts';
import type { Loops } from './loop-controller.ts';
import type { Pacing } from './pacer.ts';
import type { TargetRequest } from './request.ts';
import { targetRequest } from './request.ts';

/** One request of a group, ready to be sent. */
export interface GroupRequest {
  readonly target: TargetRequest;
  /** null: the request has no body. */
  readonly writeBody: BodyWriter | null;
  /** Which of the thread's connections it goes over. */
  readonly connection: number;
}

/** A thread group made ready: parsed once, shared by all of its threads. */
export interface LoadGroup {
  readonly plan: ThreadGroup;
  /** From 1. */
  readonly number: number;
  readonly pacing: Pacing;
  readonly loops: Loops;
  readonly requests: readonly GroupRequest[];
}

/** The body writer of a request; both indexes count from 0. */
export type BodyOf = (groupIndex: number, requestIndex: number) => BodyWriter | null;

/** Throws QblError('usage') for a request that cannot be sent. */
export function loadGroups(plan: Plan, bodyOf: BodyOf): LoadGroup[] {
  return plan.threadGroups.map((group, index) => loadGroup(plan, group, index, bodyOf));
}

function loadGroup(plan: Plan, group: ThreadGroup, index: number, bodyOf: BodyOf): LoadGroup {
  const targets = group.requests.map(targetRequest);
  const origins = [...new Set(targets.map((target) => target.origin.url))];
  return {
    plan: group,
    number: index + 1,
    pacing: { rate: plan.rate, durationMs: group.durationMs },
    loops: { loops: group.loops, requests: targets.length, onSampleError: group.onSampleError },
    requests: targets.map((target, request) => ({
      target,
      writeBody: bodyOf(index, request),
      connection: origins.indexOf(target.origin.url),
    })),
  };
}
