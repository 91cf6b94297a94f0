import { findPlaceText, placementText } from '../../../message/placement.ts';
import { carriesIdentity, findPlacesOf, sendsMessage, usesTokens } from '../../../plan/placements.ts';
import type { ForeignFile, Plan, ThreadGroup } from '../../../plan/plan.ts';
import { plural } from '../../../plural.ts';
import type { RunRecord } from '../../../runs/documents/run-json.ts';
import type { ServiceRecord } from '../../../runs/documents/service-json.ts';
import { formatCount } from '../../figures.ts';
import type { Fact, RunData } from '../report-data.ts';
import { fact } from './fact.ts';
import { serviceFacts } from './service-facts.ts';

const MAX_GROUPS = 20;
const MAX_REQUESTS = 20;

export function runData(record: RunRecord, service: ServiceRecord | null): RunData {
  return {
    id: record.id,
    startedAt: record.startedAt,
    facts: runFacts(record),
    plan: planFacts(record.plan),
    service: service === null ? [] : serviceFacts(service),
  };
}

function runFacts({ sender, queue, startedAt, startedAtMs, end, versions, host }: RunRecord): Fact[] {
  return [
    fact('sent by', `qbl ${sender}`),
    fact('started', startedAt),
    fact(
      'ended',
      end === null
        ? 'no: the sender was killed, or is still sending'
        : `${end.at}, ${end.reason}, after ${((end.atMs - startedAtMs) / 1000).toFixed(1)} s`,
    ),
    ...(end === null ? [] : [fact('samples', formatCount(end.samples))]),
    fact('queue', queue ?? 'not known: the sender got no queue URL'),
    fact('versions', `qbl ${versions.qbl}, Node ${versions.node}`),
    fact('host', `${host.name}, ${host.platform}, ${plural(host.cpus, 'CPU')}`),
  ];
}

function planFacts(plan: Plan): Fact[] {
  const groups = plan.threadGroups.slice(0, MAX_GROUPS);
  const left = plan.threadGroups.length - groups.length;
  if (plan.foreign !== undefined) return foreignFacts(plan, plan.foreign);
  return [
    fact('plan', plan.name),
    ...(plan.oneGroupAtATime ? [fact('thread groups', 'one after the other')] : []),
    fact('rate', plan.rate === null ? 'not limited' : `${formatCount(plan.rate)}/s`),
    ...identityFacts(plan),
    ...groups.flatMap(groupFacts),
    ...(left > 0 ? [fact('left out', plural(left, 'more thread group'))] : []),
  ];
}

/** What is known about a test plan that JMeter ran unchanged. Only JMeter knows its load. */
function foreignFacts(plan: Plan, { name, sha256 }: ForeignFile): Fact[] {
  const requests = plan.threadGroups.flatMap((group) =>
    group.requests.map((request) => ({ group, request })),
  );
  const left = requests.length - MAX_REQUESTS;
  return [
    fact('plan', plan.name),
    fact('test plan', `${name}, which JMeter ran unchanged (SHA-256 ${sha256})`),
    ...identityFacts(plan),
    ...requests
      .slice(0, MAX_REQUESTS)
      .map(({ group, request }) =>
        fact(
          `request ${request.name}`,
          `${request.url}, in ${group.name}${sendsMessage(plan, request) ? '' : ', no message'}`,
        ),
      ),
    ...(left > 0 ? [fact('left out', plural(left, 'more request'))] : []),
  ];
}

function identityFacts(plan: Plan): Fact[] {
  if (!carriesIdentity(plan)) return [fact('identity', 'none: qbl can only count the messages')];
  if (!usesTokens(plan)) return [];
  const { content = { kind: 'none' } } = plan;
  const compared = { none: 'nothing', whole: 'the whole body', fields: 'some fields of the body' }[
    content.kind
  ];
  return [
    fact('identity', `a token: ${placementText(plan.identity)}`),
    fact('looked for in', findPlacesOf(plan).map(findPlaceText).join(', ')),
    fact('content compared', compared),
  ];
}

function groupFacts(group: ThreadGroup): Fact[] {
  const { name, threads, durationMs, rampUpMs, onSampleError, requests, kind, schedule } = group;
  const parts = [
    ...(kind === undefined ? [] : [`${kind} group`]),
    plural(threads, 'thread'),
    loopsText(group),
    ...(durationMs === null ? [] : [`for ${durationMs / 1000} s`]),
    ...(schedule === undefined ? [] : ['a start and an end for each thread']),
    ...(rampUpMs === 0 ? [] : [`ramp-up ${rampUpMs / 1000} s`]),
    `on error ${onSampleError}`,
  ];
  const left = requests.length - MAX_REQUESTS;
  return [
    fact(`thread group ${name}`, parts.join(', ')),
    ...requests
      .slice(0, MAX_REQUESTS)
      .map(({ name: label, method, url }) => fact(`request ${label}`, `${method} ${url}`)),
    ...(left > 0 ? [fact('left out', plural(left, 'more request'))] : []),
  ];
}

function loopsText({ loops, durationMs, schedule }: ThreadGroup): string {
  if (loops !== null) return plural(loops, 'loop');
  return durationMs === null && schedule === undefined ? 'until stopped' : 'endless loops';
}
