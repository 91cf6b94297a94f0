import type { ConnectionOptions } from 'node:tls';
import type { Identity } from '../../message/identity.ts';
import type { Plan, Request, ThreadGroup, Timer } from '../../plan/plan.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import type { Fill } from '../../plan/template/fill.ts';
import type { HeadWriter } from '../../plan/template/request-writers.ts';
import { type Decider, deciderOf } from '../../samples/rules/decide.ts';
import { SYSTEM_TRUST, type Trust, trustOptions } from '../connection/trust.ts';
import type { TargetRequest } from '../exchange/request.ts';
import { targetRequest } from '../exchange/request.ts';
import type { Loops } from './loop-controller.ts';
import type { Pacing } from './pacer.ts';

/** One request of a group, prepared for sending. */
export interface GroupRequest {
  readonly target: TargetRequest;
  /** Makes the target of one message, at a time in epoch milliseconds. Null if all messages have the same target. */
  readonly targetFor: ((identity: Identity, nowMs: number) => TargetRequest) | null;
  /** Null if the request has no body. */
  readonly writeBody: BodyWriter | null;
  /** The rules for the outcome. Null if the default rule decides. */
  readonly decider: Decider | null;
  /** Returns the hash of the content that must stay unchanged. Null if nothing is compared. */
  readonly contentOf: Fill | null;
  /** Index of the thread's connection that the request uses. */
  readonly connection: number;
  /** Null if the thread sends as soon as it is free. */
  readonly timers: readonly Timer[] | null;
}

/** A prepared thread group. It is parsed once and shared by all its threads. */
export interface LoadGroup {
  readonly plan: ThreadGroup;
  /** Counts from 1. */
  readonly number: number;
  readonly pacing: Pacing;
  readonly loops: Loops;
  readonly requests: readonly GroupRequest[];
  /** Options of https connections. */
  readonly tls: ConnectionOptions;
}

/** Returns the body writer of a request. Both indexes count from 0. */
export type BodyOf = (groupIndex: number, requestIndex: number) => BodyWriter | null;
/** Returns the writer of URL and headers. Null if they are the same for all messages. */
export type HeadOf = (groupIndex: number, requestIndex: number) => HeadWriter | null;

/** Returns the hasher of the content that must stay unchanged. Null if nothing is compared. */
export type ContentOf = (groupIndex: number, requestIndex: number) => Fill | null;

export interface MessageWriters {
  readonly bodyOf: BodyOf;
  readonly headOf?: HeadOf | undefined;
  readonly contentOf?: ContentOf | undefined;
}

/** Throws QblError('usage') if a request cannot be sent. */
export function loadGroups(
  plan: Plan,
  writers: MessageWriters,
  trust: Trust = SYSTEM_TRUST,
  redact: readonly string[] = [],
): LoadGroup[] {
  const tls = trustOptions(trust);
  return plan.threadGroups.map((group, index) => ({
    ...loadGroup(plan, group, index, writers, redact),
    tls,
  }));
}

function loadGroup(
  plan: Plan,
  group: ThreadGroup,
  index: number,
  writers: MessageWriters,
  redact: readonly string[],
): Omit<LoadGroup, 'tls'> {
  const origins = [...new Set(group.requests.map((request) => targetRequest(request).origin.url))];
  return {
    plan: group,
    number: index + 1,
    pacing: { rate: plan.rate, durationMs: endOf(group) },
    loops: { loops: group.loops, requests: group.requests.length, onSampleError: group.onSampleError },
    requests: group.requests.map((request, requestIndex) => {
      const target = targetRequest(request, redact);
      return {
        target,
        targetFor: targetWriter(request, writers.headOf?.(index, requestIndex) ?? null, redact),
        writeBody: writers.bodyOf(index, requestIndex),
        decider: request.outcome === undefined ? null : deciderOf(request.outcome),
        contentOf: writers.contentOf?.(index, requestIndex) ?? null,
        connection: origins.indexOf(target.origin.url),
        timers: request.timers ?? null,
      };
    }),
  };
}

/** On the clock of the run. The duration begins when the group may start. */
function endOf({ durationMs, startDelayMs = 0 }: ThreadGroup): number | null {
  return durationMs === null ? null : startDelayMs + durationMs;
}

function targetWriter(
  request: Request,
  writeHead: HeadWriter | null,
  redact: readonly string[],
): GroupRequest['targetFor'] {
  if (writeHead === null) return null;
  return (identity, nowMs) => targetRequest({ ...request, ...writeHead(identity, nowMs) }, redact);
}
