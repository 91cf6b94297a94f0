import { type Placement, placementText } from '../../message/placement.ts';
import { formatDuration } from '../duration.ts';
import { writtenText } from '../language/filled-text.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import type { WrittenPlan } from '../override.ts';
import type { Request, ThreadGroup } from '../plan.ts';
import type { Source } from '../sources/source.ts';
import { headersOf } from '../template/headers.ts';
import { isPause, type Timer } from '../timers/timer.ts';

/** A setting of a plan that the YAML form has no field for. `path` leads to the group or request of the setting. */
export interface Unsaid {
  readonly path: readonly (string | number)[];
  /** One sentence or several, on one line. */
  readonly text: string;
}

/** A plan in the form in which a YAML file writes it, and the settings that have no such form. */
export interface YamlFields {
  readonly fields: object;
  readonly unsaid: readonly Unsaid[];
}

/** The parts of a plan that can come from a .jmx file. */
export type ForeignPlan = Pick<
  WrittenPlan,
  'name' | 'threadGroups' | 'identity' | 'variables' | 'oneGroupAtATime'
>;

export function yamlFields({
  name,
  threadGroups,
  identity,
  variables = [],
  oneGroupAtATime,
}: ForeignPlan): YamlFields {
  const groups = threadGroups.map((group, index) => groupFields(group, ['threadGroups', index], variables));
  return {
    fields: { name, ...written(identity), threadGroups: groups.map(({ fields }) => fields) },
    unsaid: [
      ...(oneGroupAtATime ? [ONE_AT_A_TIME] : []),
      ...variables.map(unsaidVariable),
      ...groups.flatMap(({ unsaid }) => unsaid),
    ],
  };
}

const ONE_AT_A_TIME: Unsaid = {
  path: [],
  text: 'The .jmx runs its thread groups one after the other. A YAML plan starts all groups together.',
};

const KIND_TEXTS = {
  setUp: 'The .jmx runs this group before the other thread groups. A YAML plan starts all groups together.',
  tearDown: 'The .jmx runs this group after the other thread groups. A YAML plan starts all groups together.',
};

type Path = Unsaid['path'];

function groupFields(group: ThreadGroup, path: Path, variables: readonly PlanVariable[]): YamlFields {
  const { requests, loops, durationMs, rampUpMs, newConnectionEachLoop, sources = [], ...timed } = group;
  const { kind, startDelayMs, delayedStart, schedule, flow, ...same } = timed;
  const each = requests.map((request, index) =>
    requestFields(request, [...path, 'requests', index], variables),
  );
  const { name, threads, onSampleError, ...others } = same;
  nothingElse(others);
  const texts = [
    ...(kind === undefined ? [] : [KIND_TEXTS[kind]]),
    ...(delayedStart ? ['In the .jmx the last thread starts at the end of the ramp-up, not before it.'] : []),
    ...(schedule === undefined
      ? []
      : ['The .jmx has a start and an end for each thread. A YAML plan has only a ramp-up and a duration.']),
    ...(loops === null && durationMs === null && schedule === undefined
      ? ['The threads of the .jmx loop until the test is stopped. Set loops or a duration here.']
      : []),
    ...(startDelayMs === undefined
      ? []
      : [
          `The .jmx starts these threads after ${formatDuration(startDelayMs)}. A YAML plan has no such delay.`,
        ]),
    ...sources.map(unsaidSource),
    ...(flow === undefined
      ? []
      : ['The .jmx has controllers for these requests. A YAML plan sends each request once in each loop.']),
    ...(newConnectionEachLoop
      ? ['The .jmx opens new connections for each loop. A YAML plan keeps them.']
      : []),
  ];
  return {
    fields: {
      name,
      threads,
      ...(loops === null ? {} : { loops }),
      ...(durationMs === null ? {} : { duration: formatDuration(durationMs) }),
      rampUp: rampUpMs === 0 ? 0 : formatDuration(rampUpMs),
      onSampleError,
      requests: each.map(({ fields }) => fields),
    },
    unsaid: [...texts.map((text) => ({ path, text })), ...each.flatMap(({ unsaid }) => unsaid)],
  };
}

function requestFields(request: Request, path: Path, variables: readonly PlanVariable[]): YamlFields {
  const { name, url, method, headers: _headers, body, timeoutMs, identity, ...rest } = request;
  const {
    connectTimeoutMs,
    timers = [],
    assertions,
    extractors,
    outcome: _,
    bodyType: _type,
    keepAlive,
    followRedirects,
    label,
    redirectsAutomatically,
    managers,
    ...others
  } = rest;
  nothingElse(others);
  const said = (text: string) => withKnownVariables(text, variables);
  const texts = [
    ...timers.map(unsaidTimer),
    ...(assertions === undefined ? [] : ['The .jmx has assertions for this request. A YAML plan has none.']),
    ...(extractors === undefined
      ? []
      : ['The .jmx reads variables from the response of this request. A YAML plan cannot.']),
    ...(connectTimeoutMs === undefined
      ? []
      : [
          `The .jmx waits ${limit(connectTimeoutMs)} for a new connection. A YAML plan has only one time-out.`,
        ]),
    ...(keepAlive === false
      ? ['The .jmx closes the connection after this request. A YAML plan keeps it.']
      : []),
    ...(label === undefined ? [] : ['The .jmx gives each sample its own name. A YAML plan does not.']),
    ...(followRedirects || redirectsAutomatically
      ? ['The .jmx follows redirects. A YAML plan does not.']
      : []),
    ...(managers === undefined
      ? []
      : ['The .jmx has managers of cookies, caches or users for this request. A YAML plan has none.']),
    ...(isUnusualUrl(url)
      ? ['JMeter keeps . and .. in the path of this URL, and sends // as /. A YAML plan does not.']
      : []),
  ];
  return {
    fields: {
      name,
      method,
      url: said(url),
      headers: Object.fromEntries(headersOf(request).map(([header, value]) => [header, said(value)])),
      ...(body === null ? {} : { body: said(body) }),
      ...written(identity),
      timeout: timeoutMs === 0 ? 0 : formatDuration(timeoutMs),
    },
    unsaid: texts.map((text) => ({ path, text })),
  };
}

/** Whether JMeter can send the path of a URL in another form than a YAML plan. */
function isUnusualUrl(url: string): boolean {
  const path = url.replace(/^[^:]*:\/\/[^/?#]*/, '');
  return /^[^?#]*(?:\/\/|\/\.{1,2}(?:[/?#]|$))/.test(path);
}

function written(identity: Placement | undefined): object {
  return identity === undefined ? {} : { identity: placementText(identity) };
}

function unsaidSource(source: Source): string {
  const names = ('names' in source ? source.names : [source.name]).join(', ');
  const from = source.kind === 'csv' ? ` from the file ${source.file}` : '';
  return `The .jmx sets ${names}${from} at the start of each loop. A YAML plan has no such variables.`;
}

function unsaidTimer(timer: Timer): string {
  if (!isPause(timer))
    return 'The .jmx has a timer that waits before this request. A YAML plan does not wait.';
  const { delayMs, rangeMs } = timer;
  const random = rangeMs === 0 ? '' : `, plus a random time up to ${formatDuration(rangeMs)},`;
  return `The .jmx waits ${formatDuration(delayMs)}${random} before this request. A YAML plan does not wait.`;
}

function limit(timeoutMs: number): string {
  return timeoutMs === 0 ? 'without a limit' : `at most ${formatDuration(timeoutMs)}`;
}

/** Replaces each variable of the .jmx file by the variable of every plan that is most like it. */
function withKnownVariables(text: string, variables: readonly PlanVariable[]): string {
  return text.replace(/\$\{([^}]*)\}/g, (mention, name) => {
    const variable = variables.find((each) => each.name === name);
    return variable === undefined ? mention : knownText(variable);
  });
}

/** A text with variables of the thread stays as it is, so that the check of the YAML plan names the text. */
function knownText(variable: PlanVariable): string {
  if (variable.kind === 'text') return writtenText(variable.text);
  return variable.kind === 'counter' ? '${loop}' : '${uuid}';
}

function unsaidVariable(variable: PlanVariable): Unsaid {
  const instead = variable.kind === 'text' ? '' : ` This plan writes ${knownText(variable)} instead.`;
  return { path: [], text: `${variableText(variable)}${instead}` };
}

function variableText(variable: PlanVariable): string {
  if (variable.kind === 'uuid')
    return 'The .jmx computes several UUIDs for a request. A YAML plan has one UUID.';
  if (variable.kind === 'text')
    return `The .jmx evaluates ${writtenText(variable.text)} for each message. A YAML plan has no such texts.`;
  const { name, start, increment, end, format, perThread } = variable;
  const last = end === null ? '' : ` up to ${end}`;
  const form = format === '' ? '' : `, in the format ${format}`;
  const owner = perThread ? 'each thread' : 'all threads together';
  return `The .jmx counts ${name} from ${start}${last} in steps of ${increment}${form}, for ${owner}. A YAML plan has no such counter.`;
}

/** Fails to compile if a field of the plan is neither written nor named as unsaid. */
function nothingElse(_others: Readonly<Record<string, never>>): void {}
