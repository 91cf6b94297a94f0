import type { Identity } from '../message/identity.ts';
import type { JsonPointer } from '../message/json/pointer.ts';
import type { FindPlace, Placement } from '../message/placement.ts';
import type { Assertion } from '../samples/assertions/assertion.ts';
import type { Extractor } from '../samples/extractors/extractor.ts';
import type { OptionalColumn } from '../samples/jtl/jtl-columns.ts';
import type { OutcomeRules } from '../samples/rules/rule.ts';
import { hasOwnLoops, hasTransaction, type Step } from './flow/step.ts';
import type { GroupOrder, GroupTimes } from './groups/group-fields.ts';
import { hasKinds } from './groups/stages.ts';
import type { HopFields } from './hops.ts';
import type { FilledText } from './language/filled-text.ts';
import type { PlanVariable } from './language/plan-variables.ts';
import type { Managers, RequestManagers } from './managers/managers.ts';
import { canEndThread, type Source } from './sources/source.ts';
import type { Timer } from './timers/timer.ts';

/**
 * A plan: what to send. A setting that JMeter has too has JMeter's name and meaning here. `plans/*.yaml` shows how a
 * plan file writes the settings.
 */
export interface Plan extends HopFields, GroupOrder {
  readonly name: string;
  /** The thread groups. Those of the same kind run at the same time, unless the plan says otherwise, as in JMeter. */
  readonly threadGroups: readonly ThreadGroup[];
  /**
   * Requests per second of all threads together. Null if each thread sends its next request as soon as it has the
   * response.
   */
  readonly rate: number | null;
  /** Where the identity of each message travels, unless its request says otherwise. */
  readonly identity: Placement;
  /** Where `verify` looks for a token. If absent, it looks where the token was sent, and in the message's headers. */
  readonly find?: readonly FindPlace[];
  /**
   * The parts of a message that `verify` compares with what was sent, if a token identifies the message. If
   * absent, nothing is compared.
   */
  readonly content?: Content;
  /** True if sending ends only when it is stopped, at any time. A group without loops and duration then has no end. */
  readonly untilStopped?: true;
  /** Extra variables for bodies, headers and URLs. Only a .jmx file defines them. */
  readonly variables?: readonly PlanVariable[];
  /** The variables that each thread has at its start. Only a .jmx file defines them. */
  readonly threadVariables?: Readonly<Record<string, FilledText>>;
  /**
   * True if the path of a URL is sent as JMeter sends it: with `..` kept, and `//` as one slash. Only a .jmx file sets
   * this.
   */
  readonly javaUrls?: true;
  /** The managers of cookies and caches. Only a .jmx file defines them. */
  readonly managers?: Managers;
  /**
   * The JMeter test plan that JMeter runs unchanged. The thread groups then show only what the file says about its HTTP
   * requests. If absent, the plan describes everything that is sent.
   */
  readonly foreign?: ForeignFile;
}

/** A file that was sent as it is. */
export interface ForeignFile {
  /** The name of the file, without its folder. */
  readonly name: string;
  /** The SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
}

/** The part of a body that must come out of the queue unchanged. */
export type Content =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly fields: readonly ContentField[] };

/** A compared field: its place in the body that is sent, and its place in the message of the queue. */
export interface ContentField {
  readonly sent: JsonPointer;
  readonly found: JsonPointer;
}

export interface ThreadGroup extends GroupTimes {
  readonly name: string;
  readonly threads: number;
  /** Loops of each thread. Null if the threads loop until `durationMs` has passed. */
  readonly loops: number | null;
  readonly durationMs: number | null;
  readonly rampUpMs: number;
  readonly onSampleError: OnSampleError;
  /** The requests that each loop sends, one after the other. */
  readonly requests: readonly Request[];
  /** True if each loop opens new connections, as a new user would. If absent, connections are kept. */
  readonly newConnectionEachLoop?: true;
  /** What sets variables of the threads, in the order of JMeter. Only a .jmx file defines sources. */
  readonly sources?: readonly Source[];
  /** The controllers of a .jmx file, and their requests. If absent, each loop sends all requests in order. */
  readonly flow?: readonly Step[];
}

/** What a thread can do after a failed sample. Source: JMeter's AbstractThreadGroup.ON_SAMPLE_ERROR. */
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
  /** The name of the request. It is the label of the request's samples, unless `label` is there. */
  readonly name: string;
  /** The template of the label, if the label differs from message to message. Only a .jmx file defines it. */
  readonly label?: string;
  /** The URL. It is a template, except for its scheme and host. */
  readonly url: string;
  readonly method: Method;
  /** The headers of the request. Their values are templates. */
  readonly headers: Readonly<Record<string, string>>;
  /** The template of the body, with `${thread} ${loop} ${run} ${uuid} ${now}`. Null if the request has no body. */
  readonly body: string | null;
  /**
   * Time-out for opening the connection, and for the time from the request to the end of the response. 0 means no
   * time-out.
   */
  readonly timeoutMs: number;
  /** Time-out for opening the connection. If absent, `timeoutMs` applies. */
  readonly connectTimeoutMs?: number;
  /** False if the request asks the server to close the connection afterwards. If absent, the connection is kept. */
  readonly keepAlive?: false;
  /** Type of the body, also of an empty one, if `headers` has no Content-Type. Only a .jmx file sets it. */
  readonly bodyType?: string;
  /** True if a redirect is followed with a GET or HEAD, as JMeter does. Only a .jmx file sets this. */
  readonly followRedirects?: true;
  /**
   * True if JMeter's HTTP client follows redirects itself. At such a redirect, qbl ends the run with an error. Only a .jmx
   * file sets this.
   */
  readonly redirectsAutomatically?: true;
  /** Where the identity of this request's messages travels. If absent, the plan says where. */
  readonly identity?: Placement;
  /**
   * Think times before the request. The thread waits for all of them. If absent, the thread does not wait.
   */
  readonly timers?: readonly Timer[];
  /** Rules that decide the outcome of a response. If absent, the default rule decides. */
  readonly outcome?: OutcomeRules;
  /** Conditions for the success of a sample, in the order of evaluation. Only a .jmx file defines them. */
  readonly assertions?: readonly Assertion[];
  /** The managers of cookies, caches and users that apply to the request. Only a .jmx file defines them. */
  readonly managers?: RequestManagers;
  /** Elements that set variables of the thread after each sample. Only a .jmx file defines them. */
  readonly extractors?: readonly Extractor[];
}

/** True if the plan sends a message with this identity. A foreign plan may send any message. */
export function isPlanned(plan: Plan, { group, thread, loop, request }: Omit<Identity, 'run'>): boolean {
  if (plan.foreign !== undefined) return true;
  const threadGroup = plan.threadGroups[group - 1];
  if (threadGroup === undefined) return false;
  const { threads, loops, requests, flow } = threadGroup;
  const isBounded = flow === undefined || !hasOwnLoops(flow);
  const isInLoops = !isBounded || loops === null || loop <= loops;
  return thread <= threads && request <= requests.length && isInLoops;
}

/** Returns true if a thread can leave out further samples after a failed sample. */
export function mayLeaveOut({ threadGroups }: Plan): boolean {
  return threadGroups.some(({ onSampleError }) => onSampleError !== 'continue');
}

/** Whether the end of a file can end a thread before its last loop. */
export function canRunOut({ threadGroups }: Pick<Plan, 'threadGroups'>): boolean {
  return threadGroups.some(({ sources = [] }) => sources.some(canEndThread));
}

/**
 * Returns the number of samples of the whole plan. Null if a group ends after a duration, has controllers, or runs until
 * it is stopped, or if the end of a file can end its threads.
 */
export function plannedSamples(plan: Plan): number | null {
  if (canRunOut(plan)) return null;
  let samples = 0;
  for (const group of plan.threadGroups) {
    const { loops, durationMs, schedule, flow } = group;
    if (loops === null || durationMs !== null || schedule !== undefined || flow !== undefined) return null;
    samples += group.threads * loops * group.requests.length;
  }
  return samples;
}

/**
 * The optional columns of samples.jtl that a run of this plan writes. With assertions, the outcome of a row does not
 * follow from its success.
 */
export function sampleColumns(plan: Plan): readonly OptionalColumn[] {
  // JMeter then writes the place of each message, and no other column of qbl.
  if (plan.foreign !== undefined) return [];
  const hasAssertions = plan.threadGroups.some(({ requests }) =>
    requests.some(({ assertions }) => assertions !== undefined),
  );
  const hasOutcome = hasAssertions || hasRules(plan);
  const hasContent = plan.content !== undefined && plan.content.kind !== 'none';
  // A transaction can have the name of a request.
  const repeatsName = plan.threadGroups.some(
    ({ requests, flow = [] }) =>
      new Set(requests.map(({ name }) => name)).size < requests.length || hasTransaction(flow),
  );
  return [
    ...(hasOutcome ? (['outcome'] as const) : []),
    ...(hasContent ? (['content'] as const) : []),
    ...(repeatsName || plan.threadGroups.some(({ requests }) => requests.some(changesLabel))
      ? (['request'] as const)
      : []),
    ...(hasKinds(plan) ? (['threadGroup'] as const) : []),
  ];
}

/**
 * Whether the label of a row can differ from the name of its request. JMeter writes no label if it cannot make the URL of
 * a request.
 */
export function changesLabel({ label, url }: Request): boolean {
  return label !== undefined || url.startsWith('${');
}

/** Whether the plan has rules for outcomes. */
export function hasRules({ threadGroups }: Pick<Plan, 'threadGroups'>): boolean {
  return threadGroups.some(({ requests }) => requests.some(({ outcome }) => outcome !== undefined));
}

/**
 * Returns the plan without its rules for outcomes and its assertions. Call this function for an endpoint that they do
 * not describe.
 */
export function withoutRules(plan: Plan): Plan {
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map(({ outcome: _outcome, assertions: _assertions, ...request }) => request),
    })),
  };
}
