import { type Command, Option } from 'commander';
import { parseDecimal } from '../../../decimal.ts';
import { type FindPlace, NO_IDENTITY } from '../../../message/placement.ts';
import { ENDPOINTS } from '../../../plan/endpoints/presets.ts';
import { findPlace, placementName } from '../../../plan/identity-fields.ts';
import type { PlanOverrides } from '../../../plan/override.ts';
import { METHODS, ON_SAMPLE_ERROR } from '../../../plan/plan.ts';
import * as schema from '../../../plan/schema.ts';
import { header, headersOf } from '../values/header-parser.ts';
import {
  durationMs,
  labels,
  planField,
  positiveDurationMs,
  property,
  status,
  unrepeated,
} from '../values/parsers.ts';
import { HEADERS_VARIABLE } from '../values/secret-headers.ts';
import { HOP_OPTIONS, hopFieldsOf } from './hop-options.ts';
import { addWrittenOptions, formatWrittenOptions, texts, type WrittenOption } from './written-options.ts';

/**
 * An option that sets a field of the plan. The commands that send parse its value. `run` passes the value on to these
 * commands.
 */
interface PlanOption extends WrittenOption {
  readonly name:
    | keyof PlanOverrides
    | 'header'
    | 'rampUp'
    | 'duration'
    | 'timeout'
    | 'rejectedStatus'
    | 'J'
    | 'label';
}

/** Options that set how much load is sent and when. */
export const LOAD_OPTIONS = ['threads', 'loops', 'duration', 'rampUp', 'rate', 'J'] as const;

const PLAN_OPTIONS: readonly PlanOption[] = [
  {
    name: 'threads',
    flags: '--threads <n>',
    description: 'number of threads; each thread simulates one user',
    parse: planField(schema.threads, parseDecimal),
  },
  {
    name: 'loops',
    flags: '--loops <n>',
    description: 'number of times each thread repeats the plan',
    parse: planField(schema.loops, parseDecimal),
  },
  {
    name: 'duration',
    flags: '--duration <time>',
    description: 'how long to send, instead of a number of loops',
    parse: positiveDurationMs,
  },
  {
    name: 'rampUp',
    flags: '--ramp-up <time>',
    description: 'time in which all threads are started; 0: all at once',
    parse: durationMs,
  },
  {
    name: 'rate',
    flags: '--rate <n>',
    description: 'requests per second, for all threads together',
    parse: planField(schema.rate, parseDecimal),
  },
  {
    name: 'url',
    flags: '--url <url>',
    description: 'URL to send the requests to',
    parse: unrepeated('--url <url>', planField(schema.url, String)),
  },
  { name: 'method', flags: '--method <method>', description: 'HTTP method', choices: METHODS },
  {
    name: 'header',
    flags: '--header <header>',
    description: `"Name: value", or @file with one header per line; repeatable (also ${HEADERS_VARIABLE})`,
    parse: unrepeated('--header <header>', header),
    isRepeatable: true,
  },
  {
    name: 'body',
    flags: '--body <json>',
    description: 'body of each request; can use ${thread} ${loop} ${run} ${uuid} ${now}',
  },
  {
    name: 'timeout',
    flags: '--timeout <time>',
    description: 'time limit for connecting, and separately for the whole response; 0: no limit',
    parse: durationMs,
  },
  {
    name: 'onSampleError',
    flags: '--on-sample-error <action>',
    description: 'what a thread does after a failed request',
    choices: ON_SAMPLE_ERROR,
  },
  {
    name: 'identity',
    flags: '--identity <place>',
    description:
      'where the identity of a message travels: body, body:/pointer, header:Name, field:/pointer or template (default: body; in a .jmx plan, the place that fits each request)',
    parse: planField(placementName, String),
  },
  {
    name: 'find',
    flags: '--find <place>',
    description:
      'where verify looks for the identity: $message.header#/name, $message.payload#/pointer or $message.key; repeatable (default: where it was sent)',
    parse: planField(findPlace, String),
    isRepeatable: true,
  },
  {
    name: 'endpoint',
    flags: '--endpoint <name>',
    description:
      'product behind --url: sets the JSON around each message, headers, identity and outcome rules that its API needs',
    choices: ENDPOINTS,
  },
  {
    name: 'rejectedStatus',
    flags: '--rejected-status <status>',
    description: 'HTTP status that proves a message was not enqueued, if the plan has no rules; repeatable',
    parse: (text) => status(text),
    isRepeatable: true,
  },
  {
    name: 'J',
    flags: '-J <name=value>',
    description: 'JMeter property, for a .jmx plan; repeatable',
    parse: (text) => property(text),
    isRepeatable: true,
  },
  {
    name: 'label',
    flags: '--label <name>',
    description:
      'HTTP request that sends a message, if JMeter runs a .jmx plan unchanged; repeatable (default: each POST, PUT and PATCH)',
    parse: (text) => labels(text),
    isRepeatable: true,
  },
];

/** The values of the options, as the user wrote them. */
export type RawPlanOptions = Readonly<Record<string, unknown>> & { readonly plan?: string };

/**
 * Adds `--plan` and the options that set the fields of the plan. Values are checked here and kept as they were written,
 * so that `run` can pass the values on.
 */
export function addPlanOptions(command: Command, only?: readonly PlanOption['name'][]): Command {
  command.addOption(
    new Option(
      '--plan <file>',
      'plan to send: YAML or .jmx; "-" reads standard input (default: plans/stress.yaml, or else the built-in plan)',
    ).helpGroup('Plan:'),
  );
  const added = PLAN_OPTIONS.filter(({ name }) => only === undefined || only.includes(name));
  addWrittenOptions(command, added, 'Plan:');
  if (only === undefined) addWrittenOptions(command, HOP_OPTIONS, 'Hops:');
  if (only === undefined || only.includes('identity')) command.addOption(noIdentityOption());
  return command;
}

/** Adds `-J`, for a command that reads a .jmx file and nothing else of a plan. */
export function addJMeterProperties(command: Command): Command {
  addWrittenOptions(
    command,
    PLAN_OPTIONS.filter(({ name }) => name === 'J'),
    'Plan:',
  );
  return command;
}

function noIdentityOption(): Option {
  return new Option('--no-identity', 'send no identity; verify can then only count messages').helpGroup(
    'Plan:',
  );
}

/** The plan fields that the options set. */
export function planOverrides(raw: RawPlanOptions, env: NodeJS.ProcessEnv): PlanOverrides {
  const value = (name: string) => {
    const text = raw[name];
    const parse = PLAN_OPTIONS.find((option) => option.name === name)?.parse ?? String;
    return typeof text === 'string' ? parse(text) : undefined;
  };
  const record = (name: string, parse: typeof property) =>
    (raw[name] as readonly string[] | undefined)?.reduce((before, text) => parse(text, before), {});
  const headers = headersOf(headerOptions(raw), env);
  const overrides = {
    threads: value('threads'),
    loops: value('loops'),
    durationMs: value('duration'),
    rampUpMs: value('rampUp'),
    rate: value('rate'),
    url: value('url'),
    method: value('method'),
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    body: value('body'),
    timeoutMs: value('timeout'),
    onSampleError: value('onSampleError'),
    identity: raw['identity'] === false ? NO_IDENTITY : value('identity'),
    find: findPlaces(raw),
    endpoint: value('endpoint'),
    rejectedStatuses: texts(raw['rejectedStatus']).flatMap((text) => status(text)),
    untilStopped: raw['untilStopped'] === true ? true : undefined,
    properties: record('J', property),
    messages: Array.isArray(raw['label']) ? raw['label'].map(String) : undefined,
    ...hopFieldsOf(raw),
  };
  return Object.fromEntries(
    Object.entries(overrides).filter(([, set]) => set !== undefined),
  ) as PlanOverrides;
}

function findPlaces(raw: RawPlanOptions): readonly FindPlace[] | undefined {
  const { find } = raw;
  return Array.isArray(find) ? find.map((text) => findPlace.parse(text)) : undefined;
}

/** The values of --header, as the user wrote them. */
export function headerOptions(raw: RawPlanOptions): readonly string[] {
  const { header: given } = raw;
  return Array.isArray(given) ? given.map(String) : [];
}

export function formatPlanArguments(raw: RawPlanOptions): string[] {
  const plan = raw.plan === undefined ? [] : ['--plan', raw.plan];
  return [...plan, ...formatWrittenOptions(PLAN_OPTIONS, raw), ...formatWrittenOptions(HOP_OPTIONS, raw)];
}
