import type { ConnectionOptions } from 'node:tls';
import type { Identity } from '../../message/identity.ts';
import { hasKinds, numberOfKind } from '../../plan/groups/stages.ts';
import { UnsentError } from '../../plan/language/java-url.ts';
import { AllThreadVariables } from '../../plan/language/thread-variables.ts';
import type { Managers } from '../../plan/managers/managers.ts';
import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';
import { scheduleStartMs } from '../../plan/schedule.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import type { Fill } from '../../plan/template/fill.ts';
import type { HeadWriter, TextOf } from '../../plan/template/request-writers.ts';
import { PlanValues } from '../../plan/template/values.ts';
import type { Timer } from '../../plan/timers/timer.ts';
import { type Checks, checksOf } from '../../samples/assertions/checks.ts';
import { type Extraction, extractionOf } from '../../samples/extractors/extraction.ts';
import { type Decider, deciderOf } from '../../samples/rules/decide.ts';
import { NODE_TRUST, type Trust, trustOptions } from '../connection/trust.ts';
import { filledRequest, type TargetRequest, targetRequest, unsentRequest } from '../exchange/request.ts';
import { GroupSources } from '../sources/group-sources.ts';
import { SourceRunner } from '../sources/source-runner.ts';
import type { Loops } from './loop-controller.ts';
import type { Pacing } from './pacer.ts';

/** One request of a group, prepared for sending. */
export interface GroupRequest {
  readonly target: TargetRequest;
  /**
   * Returns the URL and headers of one message, at a time in epoch milliseconds. Null if all messages have the same URL
   * and headers.
   */
  readonly targetFor: ((identity: Identity, nowMs: number) => TargetRequest) | null;
  /** Writes the body of the request. Null if the request has no body. */
  readonly writeBody: BodyWriter | null;
  /** The rules for the outcome. Null if the default rule decides. */
  readonly decider: Decider | null;
  /** The assertions of the request. Null if the request has none. */
  readonly checks: Checks | null;
  /** The extractors of the request. Null if the request has none. */
  readonly extraction: Extraction | null;
  /** Returns the hash of the content that must stay unchanged. Null if the plan does not compare contents. */
  readonly contentOf: Fill | null;
  /**
   * The timers before the request, which make the thread wait. Null if the thread sends as soon as it is
   * free.
   */
  readonly timers: readonly Timer[] | null;
}

/** A thread group of the plan, parsed once for all its threads. */
export interface LoadGroup {
  readonly plan: ThreadGroup;
  /** Number of the group in the plan, from 1. */
  readonly number: number;
  /** The number in the names of its threads. */
  readonly numberOfKind: number;
  /** Whether the names of threads do not show their group. */
  readonly hasKinds: boolean;
  /** The rate. Each thread has its own end. */
  readonly pacing: Omit<Pacing, 'durationMs'>;
  readonly loops: Loops;
  readonly requests: readonly GroupRequest[];
  readonly tls: ConnectionOptions;
  /** The managers that remember something. Null if no request has a manager. */
  readonly managers: Managers | null;
  /** The variables of the threads of all groups. */
  readonly threads: AllThreadVariables;
  /** Sets variables at the start of each iteration. Null if the group has no sources. */
  readonly sources: GroupSources | null;
  readonly textOf: TextOf;
}

/** Returns the function that writes the body of a request. Both indexes count from 0. */
export type BodyOf = (groupIndex: number, requestIndex: number) => BodyWriter | null;
/**
 * Returns the function that writes URL and headers of a request. Null if all messages have the same URL and headers.
 */
export type HeadOf = (groupIndex: number, requestIndex: number) => HeadWriter | null;

/**
 * Returns the function that hashes the content that must stay unchanged. Null if the plan does not compare
 * contents.
 */
export type ContentOf = (groupIndex: number, requestIndex: number) => Fill | null;

export interface MessageWriters {
  /** The variables of the threads. Absent if the plan has no such variables. */
  readonly threads?: AllThreadVariables | undefined;
  readonly textOf?: TextOf | undefined;
  readonly bodyOf: BodyOf;
  readonly headOf?: HeadOf | undefined;
  readonly contentOf?: ContentOf | undefined;
}

const NOTHING_TO_REMEMBER: Managers = { cookies: [], caches: [] };

/** Throws QblError('usage') if a request cannot be sent. */
export function loadGroups(
  plan: Plan,
  writers: MessageWriters,
  trust: Trust = NODE_TRUST,
  redact: readonly string[] = [],
): LoadGroup[] {
  const tls = trustOptions(trust);
  const threads = writers.threads ?? new AllThreadVariables();
  const runner = new SourceRunner();
  const values = new PlanValues(plan.variables, threads);
  const textOf: TextOf = writers.textOf ?? ((text, identity) => values.textOf(text, identity));
  return plan.threadGroups.map((group, index) => ({
    ...loadGroup(plan, group, index, writers, redact),
    tls,
    threads,
    sources: group.sources === undefined ? null : new GroupSources(group.sources, runner),
    textOf,
  }));
}

function loadGroup(
  plan: Plan,
  group: ThreadGroup,
  index: number,
  writers: MessageWriters,
  redact: readonly string[],
): Omit<LoadGroup, 'tls' | 'threads' | 'sources' | 'textOf'> {
  return {
    plan: group,
    number: index + 1,
    managers: group.requests.some(({ managers }) => managers !== undefined)
      ? (plan.managers ?? NOTHING_TO_REMEMBER)
      : null,
    numberOfKind: numberOfKind(plan, index),
    hasKinds: hasKinds(plan),
    pacing: { rate: plan.rate, startMs: scheduleStartMs(plan) },
    loops: { loops: group.loops, requests: group.requests.length, onSampleError: group.onSampleError },
    requests: group.requests.map((request, requestIndex) => {
      const target = targetRequest(request, redact, plan);
      const writeBody = writers.bodyOf(index, requestIndex);
      const writeHead = writers.headOf?.(index, requestIndex) ?? null;
      return {
        target,
        targetFor: targetWriter({ target, request, writeHead, writeBody, plan, redact }),
        writeBody,
        decider: request.outcome === undefined ? null : deciderOf(request.outcome),
        checks: request.assertions === undefined ? null : checksOf(request.assertions),
        extraction: request.extractors === undefined ? null : extractionOf(request.extractors),
        contentOf: writers.contentOf?.(index, requestIndex) ?? null,
        timers: request.timers ?? null,
      };
    }),
  };
}

interface Writing {
  readonly target: TargetRequest;
  readonly request: Request;
  readonly writeHead: HeadWriter | null;
  readonly writeBody: BodyWriter | null;
  readonly plan: Plan;
  readonly redact: readonly string[];
}

/**
 * Returns the function that fills in a request. It also evaluates the texts of the body, which keep their values for the
 * message. So a text with which JMeter sends nothing is found before a connection is opened.
 */
function targetWriter({
  target,
  request,
  writeHead,
  writeBody,
  plan,
  redact,
}: Writing): GroupRequest['targetFor'] {
  const tryBody = hasTexts(request, plan) ? writeBody : null;
  if (writeHead === null && tryBody === null) return null;
  return (identity, nowMs) => {
    let url: string | null = null;
    try {
      const filled = { ...request, ...writeHead?.(identity, nowMs) };
      url = filled.url;
      const ready = writeHead === null ? target : filledRequest(target, filled, redact, plan);
      if (ready.unsent === null) tryBody?.(identity, nowMs);
      return ready;
    } catch (error) {
      if (!(error instanceof UnsentError)) throw error;
      return unsentRequest(target, url === null ? error : error.at(url), request.name, redact);
    }
  };
}

/** Whether the body of a request gets values while the test runs. */
function hasTexts({ body }: Request, { variables = [] }: Plan): boolean {
  return variables.some(({ kind, name }) => kind === 'text' && body?.includes(`\${${name}}`) === true);
}
