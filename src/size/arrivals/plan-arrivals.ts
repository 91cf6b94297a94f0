import { QblError } from '../../error.ts';
import type { ThreadSpan } from '../../plan/groups/group-fields.ts';
import { startTogether } from '../../plan/groups/stages.ts';
import { threadSpansOf } from '../../plan/groups/thread-spans.ts';
import { sendsMessage } from '../../plan/placements.ts';
import { type Plan, plannedSamples, type Request, type ThreadGroup } from '../../plan/plan.ts';
import { scheduleStartMs, sendingGroups } from '../../plan/schedule.ts';
import { messagesOf, type RatePiece, type RateProfile } from './arrivals.ts';
import { meanThinkTimeMs } from './senders.ts';

/** The arrivals that a plan causes. `assumes` names the assumption on which the arrivals depend. */
export interface PlanArrivals {
  readonly pieces: RateProfile;
  readonly assumes: string;
}

/**
 * Number of steps into which a ramp-up is divided. Threads that start in the same step are treated as starting
 * together.
 */
const RAMP_UP_STEPS = 100;

/**
 * Returns when the messages of a plan arrive. If the plan has no rate, the arrivals depend on the response
 * time. If the response time is not known either, all messages arrive at once, which is the upper limit.
 * @throws QblError 'usage' if the plan sends no messages, or does not determine their number or their times
 */
export function planArrivals(plan: Plan, responseTimeMs: number | null): PlanArrivals {
  if (!startTogether(plan)) throw inStages();
  if (plan.threadGroups.some(({ flow }) => flow !== undefined)) throw withControllers();
  const threadGroups = sendingGroups(plan);
  const arrivals = threadGroups.length === 0 ? null : arrivalsOf({ ...plan, threadGroups }, responseTimeMs);
  if (arrivals !== null && messagesOf(arrivals.pieces) > 0) return arrivals;
  throw new QblError('usage', 'the plan sends no messages, so nothing arrives in a queue', {
    hint: 'A request without a body sends no message, nor does a request with identity: none. A thread group that ends before its first timer sends nothing either.',
  });
}

function withControllers(): QblError {
  return new QblError('usage', 'qbl size cannot predict a plan with controllers', {
    hint: 'Write the plan as YAML with qbl import, and set its loops.',
  });
}

function inStages(): QblError {
  return new QblError(
    'usage',
    'cannot compute the arrivals: some thread groups of the plan start after the threads of other groups have ended',
    { hint: 'Give the rates as --arrivals "0s..10s: 500/s, 10s..60s: 20/s".' },
  );
}

function arrivalsOf(plan: Plan, responseTimeMs: number | null): PlanArrivals {
  if (plan.rate !== null) return paced(plan, plan.rate);
  if (responseTimeMs !== null) return closed(plan, responseTimeMs);
  return burst(plan);
}

function paced(plan: Plan, rate: number): PlanArrivals {
  const fromMs = scheduleStartMs(plan);
  const inTime = Math.ceil((rate * (latestEndMs(plan) - fromMs)) / 1000);
  const byLoops = mostSamples(plan);
  const requests = Math.min(byLoops, inTime);
  if (requests === Number.POSITIVE_INFINITY) {
    throw new QblError(
      'usage',
      'cannot compute the arrivals: the thread groups share a rate, but some end by loops and others by time',
      {
        hint: 'Give the rates as --arrivals "0s..10s: 500/s, 10s..60s: 20/s".',
      },
    );
  }
  return {
    pieces: [
      {
        fromMs,
        toMs: fromMs + (1000 * requests) / rate,
        messages: messagesAmong(requests, plan, byLoops <= inTime),
      },
    ],
    assumes: 'the threads keep up with the rate of the plan',
  };
}

/**
 * Number of messages that the plan sends with its first `sent` requests. The threads take turns, so all threads send equally many requests until
 * they end.
 * @param byLoops whether the loops end the plan, so that the threads of some groups send more requests than others
 */
function messagesAmong(sent: number, plan: Plan, byLoops: boolean): number {
  const groups = plan.threadGroups.map((group) => {
    const { threads, loops, requests } = group;
    const weight = byLoops ? threads * (loops ?? 1) * requests.length : threads;
    return { weight, sending: sendingOf(plan, group).length, requests: requests.length };
  });
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  // Multiplies before it divides, because a rounded quotient would give 29.999999999999996 messages instead of 30.
  return groups.reduce(
    (sum, { weight, sending, requests }) => sum + (sent * weight * sending) / (total * requests),
    0,
  );
}

/** The requests of a loop that send a message. */
function sendingOf(plan: Plan, { requests }: ThreadGroup): readonly Request[] {
  return requests.filter((request) => sendsMessage(plan, request));
}

/** The time when the last thread group ends. Infinity if a group has no duration. */
function latestEndMs({ threadGroups }: Plan): number {
  const ends = threadGroups.map(({ startDelayMs = 0, durationMs }) =>
    durationMs === null ? Number.POSITIVE_INFINITY : startDelayMs + durationMs,
  );
  return Math.max(...ends);
}

/** Number of samples of all threads and loops. Infinity if a group has no number of loops. */
function mostSamples({ threadGroups }: Plan): number {
  return threadGroups.reduce(
    (sum, group) => sum + group.threads * (group.loops ?? Number.POSITIVE_INFINITY) * group.requests.length,
    0,
  );
}

function closed(plan: Plan, responseTimeMs: number): PlanArrivals {
  return {
    pieces: plan.threadGroups.flatMap((group) => threadsOf(plan, group, responseTimeMs)),
    assumes: `each response takes ${responseTimeMs} ms, whatever the load`,
  };
}

/** Splits the threads of a group by the steps of its ramp-up. Each step has its own rate and end. */
function threadsOf(plan: Plan, group: ThreadGroup, responseTimeMs: number): RatePiece[] {
  const spans = threadSpansOf(group);
  const startsAtOnce = group.rampUpMs === 0 && group.schedule === undefined;
  const steps = startsAtOnce ? 1 : Math.min(spans.length, RAMP_UP_STEPS);
  return Array.from({ length: steps }, (_, step) => {
    const first = Math.floor((step * spans.length) / steps);
    const next = Math.floor(((step + 1) * spans.length) / steps);
    const span = spans[first];
    return span === undefined ? [] : [threadsFrom(plan, group, span, next - first, responseTimeMs)];
  }).flat();
}

function threadsFrom(
  plan: Plan,
  group: ThreadGroup,
  { startMs: fromMs, endMs }: ThreadSpan,
  threads: number,
  responseTimeMs: number,
): RatePiece {
  const { loops, requests } = group;
  const thinkMs = requests.map(meanThinkTimeMs);
  const loopMs = thinkMs.reduce((sum, ms) => sum + responseTimeMs + ms, 0);
  const byLoops = (loops ?? Number.POSITIVE_INFINITY) * requests.length;
  const sent = Math.min(byLoops, sentWithin(endMs - fromMs, loopMs, thinkMs, responseTimeMs));
  const messages = threads * messagesIn(sent, plan, group);
  return { fromMs, toMs: fromMs + (sent / requests.length) * loopMs, messages };
}

/** Number of messages that a thread sends with its first `sent` requests. */
function messagesIn(sent: number, plan: Plan, group: ThreadGroup): number {
  const { requests } = group;
  const inLastLoop = requests.slice(0, sent % requests.length);
  const loops = Math.floor(sent / requests.length);
  return loops * sendingOf(plan, group).length + sendingOf(plan, { ...group, requests: inLastLoop }).length;
}

/**
 * Number of requests that a thread sends before its time is over. The answer to its last request may come later.
 * @param thinkMs the waiting time before each request of a loop
 */
function sentWithin(
  leftMs: number,
  loopMs: number,
  thinkMs: readonly number[],
  responseTimeMs: number,
): number {
  if (leftMs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const loops = Math.max(0, Math.floor(leftMs / loopMs));
  let sent = loops * thinkMs.length;
  let atMs = loops * loopMs;
  for (const ms of thinkMs) {
    atMs += ms;
    if (atMs >= leftMs) break;
    sent++;
    atMs += responseTimeMs;
  }
  return sent;
}

function burst(plan: Plan): PlanArrivals {
  if (plannedSamples(plan) === null) {
    throw new QblError(
      'usage',
      'this plan ends by time and has no rate, so the number of messages is unknown',
      {
        hint: 'Add --rate, or add --response-time with the time that one response takes.',
      },
    );
  }
  const messages = plan.threadGroups.reduce(
    (sum, group) => sum + group.threads * (group.loops ?? 0) * sendingOf(plan, group).length,
    0,
  );
  return {
    pieces: [{ fromMs: 0, toMs: 0, messages }],
    assumes:
      'all messages arrive at once, so no real backlog can be larger; add --response-time for a better estimate',
  };
}
