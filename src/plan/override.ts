import { QblError } from '../error.ts';
import type { FindPlace, Placement } from '../message/placement.ts';
import type { Endpoint } from './endpoints/presets.ts';
import { startTogether } from './groups/stages.ts';
import type { HopFields } from './hops.ts';
import type { Method, OnSampleError, Plan, Request, ThreadGroup } from './plan.ts';

/** A plan as the file and the command line define it. The preset of the endpoint sets the missing fields later. */
export type WrittenPlan = Omit<Plan, 'identity'> & {
  readonly identity?: Placement;
  readonly endpoint?: Endpoint;
};

/** The values that the command line sets, for every request or for the only thread group. */
export interface PlanOverrides extends HopFields {
  readonly threads?: number;
  readonly loops?: number;
  readonly durationMs?: number;
  readonly rampUpMs?: number;
  readonly rate?: number;
  readonly url?: string;
  readonly method?: Method;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  readonly onSampleError?: OnSampleError;
  readonly identity?: Placement;
  readonly find?: readonly FindPlace[];
  readonly endpoint?: Endpoint;
  /** Statuses with which the endpoint refuses a message, in addition to the statuses of the default rule. */
  readonly rejectedStatuses?: readonly number[];
  /** True if each thread group runs until it is stopped. The loops and the duration of the group are then removed. */
  readonly untilStopped?: true;
  /** Values of JMeter's properties, for a .jmx file. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Names of the HTTP requests that send messages, for a .jmx file that JMeter runs unchanged. */
  readonly messages?: readonly string[];
}

/**
 * The values that say how a run is judged, that are values of JMeter, or that JMeter can read from the properties of a
 * thread group. They change no request.
 */
const CHANGES_NO_REQUEST: readonly (keyof PlanOverrides)[] = [
  'find',
  'hops',
  'hopRule',
  'hopWithinMs',
  'properties',
  'messages',
  'threads',
  'loops',
  'durationMs',
  'rampUpMs',
  'onSampleError',
];

/**
 * Returns the options that change the requests. A header with the identity can be added to any test plan, but an identity
 * in the body cannot.
 */
export function optionsThatChangeRequests(overrides: PlanOverrides): string[] {
  const { identity, rejectedStatuses, ...others } = overrides;
  const isAdded = identity === undefined || identity.kind === 'header' || identity.kind === 'none';
  const changing = {
    ...others,
    identity: isAdded ? undefined : identity,
    rejectedStatuses: rejectedStatuses?.length === 0 ? undefined : rejectedStatuses,
  };
  const known = CHANGES_NO_REQUEST.map((name) => [name, undefined]);
  return optionNames({ ...changing, ...Object.fromEntries(known) });
}

const SINGULAR: Readonly<Record<string, string>> = { headers: 'header', rejectedStatuses: 'rejectedStatus' };

/** Returns the names of the options that set these values, such as `--ramp-up`. */
export function optionNames(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => SINGULAR[name] ?? name.replace(/Ms$/, ''))
    .map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

/** Returns the plan with the hops of the command line. */
export function withHops(plan: Plan, { hops, hopRule, hopWithinMs }: HopFields): Plan {
  return { ...plan, ...defined({ hops, hopRule, hopWithinMs }) };
}

/**
 * Applies the values that the command line sets. Loops replace a duration and a duration replaces loops,
 * unless both are set.
 * @throws QblError 'usage' if a thread group's field is set and the plan has several groups, or if a plan
 *   without an end has no rate
 */
export function overridePlan(file: string, plan: WrittenPlan, overrides: PlanOverrides): WrittenPlan {
  const { threads, loops, durationMs, rampUpMs, onSampleError, rate, identity, find, endpoint } = overrides;
  const { hops, hopRule, hopWithinMs } = overrides;
  const ofGroup: Partial<ThreadGroup> = defined({ threads, loops, durationMs, rampUpMs, onSampleError });
  checkOneGroup(file, plan, ofGroup);
  if ((rate ?? plan.rate) !== null) checkRate(file, plan);
  if (overrides.untilStopped && (rate ?? plan.rate) === null) throw needsRate();
  const endsByTime = durationMs !== undefined && loops === undefined ? { loops: null } : {};
  const endsByLoops = loops !== undefined && durationMs === undefined ? { durationMs: null } : {};
  return {
    ...plan,
    ...defined({ rate, identity, find, endpoint, untilStopped: overrides.untilStopped }),
    ...defined({ hops, hopRule, hopWithinMs }),
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      ...(group.kind === undefined ? { ...ofGroup, ...endsByTime, ...endsByLoops } : {}),
      ...(overrides.untilStopped ? { loops: null, durationMs: null } : {}),
      requests: group.requests.map((request) => overrideRequest(request, overrides)),
    })),
  };
}

/**
 * The error for a run without an end and without a rate. The load of such a run would depend on the speed of the
 * server. The speed can change during the rollout that the user tests.
 */
function needsRate(): QblError {
  return new QblError('usage', '--until-stopped needs a constant rate, but the plan has none', {
    hint: 'Add for example --rate 100.',
  });
}

/** Options change the only thread group of a plan. They do not change its setUp and tearDown groups. */
function checkOneGroup(file: string, plan: WrittenPlan, ofGroup: Partial<ThreadGroup>): void {
  const set = Object.keys(ofGroup).map((field) => field.replace(/Ms$/, ''));
  if (set.length === 0) return;
  const [group, ...others] = plan.threadGroups.filter(({ kind }) => kind === undefined);
  if (group === undefined || others.length > 0)
    throw new QblError(
      'usage',
      `${file} has ${plan.threadGroups.length} thread groups, but options can change only a single group: set ${set.join(', ')} in the file`,
    );
  const timed = set.filter((field) => ['threads', 'duration', 'rampUp'].includes(field));
  if (group.schedule === undefined || timed.length === 0) return;
  throw new QblError(
    'usage',
    `${file} has a start and an end for each thread, which options cannot change: set ${timed.join(', ')} in the file`,
  );
}

function checkRate(file: string, plan: WrittenPlan): void {
  const reason = !startTogether(plan)
    ? 'some of its thread groups start after the threads of other groups have ended'
    : plan.threadGroups.some(({ schedule }) => schedule !== undefined)
      ? 'it has a start and an end for each thread'
      : null;
  if (reason === null) return;
  throw new QblError('usage', `${file} cannot have a rate, because ${reason}`, { hint: 'Omit --rate.' });
}

function overrideRequest(request: Request, overrides: PlanOverrides): Request {
  const { url, method, body, timeoutMs, headers } = overrides;
  const kept = Object.entries(request.headers).filter(([name]) => !hasHeader(headers ?? {}, name));
  const { connectTimeoutMs, bodyType, ...others } = withoutOwnIdentity(request, overrides);
  const keepsType = body === undefined && (method === undefined || request.body !== null);
  return {
    ...others,
    ...(timeoutMs === undefined ? defined({ connectTimeoutMs }) : {}),
    ...(keepsType ? defined({ bodyType }) : {}),
    ...defined({ url, method, body, timeoutMs }),
    headers: { ...Object.fromEntries(kept), ...headers },
  };
}

/**
 * Removes the request's own identity, because the command line sets an identity for all requests. A request that
 * sends no message stays without an identity.
 */
function withoutOwnIdentity(request: Request, overrides: PlanOverrides): Request {
  if (overrides.identity === undefined || request.identity?.kind === 'none') return request;
  const { identity: _, ...others } = request;
  return others;
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((other) => other.toLowerCase() === name.toLowerCase());
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
