import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { QblError } from '../../error.ts';
import { MAX_PER_PLAN } from '../../message/identity.ts';
import { type FindPlace, NO_IDENTITY, type Placement } from '../../message/placement.ts';
import { plural } from '../../plural.ts';
import { KNOWN_COLUMNS } from '../../samples/jtl/jtl-columns.ts';
import { METHODS, ON_SAMPLE_ERROR, type Plan, type Request, type ThreadGroup } from '../plan.ts';
import { IN_HEADER } from './default-identity.ts';
import { readDocument } from './document.ts';
import { type LoadOfGroup, withLoad } from './foreign-load.ts';
import { type HttpSampler, isMessage, type SamplerGroup, samplersOf } from './http-samplers.ts';
import { textOf } from './tree.ts';

/** A JMeter test plan that JMeter runs unchanged, with any elements. */
export interface ForeignPlan {
  /** What qbl knows about the file. run.json has this plan. */
  readonly plan: Plan;
  /** The path of the file. `-` if the text comes from standard input. */
  readonly file: string;
  readonly text: string;
  /** The HTTP requests of the file, in its order. Some of them may be disabled. */
  readonly samplers: readonly ForeignSampler[];
  /** Number of enabled setUp thread groups, and of enabled plain thread groups. JMeter counts each kind from 1. */
  readonly setUpGroups: number;
  readonly plainGroups: number;
  /** Values of JMeter's properties. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface ForeignSampler extends HttpSampler {
  readonly sendsMessage: boolean;
}

export interface ForeignSettings extends LoadOfGroup {
  readonly identity?: Placement;
  readonly find?: readonly FindPlace[];
  /** The names of the HTTP requests that send a message. If absent, every POST, PUT and PATCH sends a message. */
  readonly messages?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * Reads what qbl needs to know about a test plan that JMeter runs unchanged: where its HTTP requests are, and which of
 * them send messages.
 * @throws QblError 'usage' if the file is not a .jmx file, or if qbl cannot number its messages
 */
export function foreignPlan(
  file: string,
  original: string,
  settings: ForeignSettings,
  onNote: (line: string) => void,
): ForeignPlan {
  const { identity = IN_HEADER, find, messages, properties = {} } = settings;
  const text = withLoad(file, original, settings);
  const { root, testPlan } = readDocument(file, text);
  const found = samplersOf(root);
  const groups = ordered(found.groups);
  const samplers = found.samplers.map((sampler) => ({
    ...sampler,
    sendsMessage: isMessage(sampler, messages),
  }));
  const enabled = samplers.filter((sampler) => sampler.isEnabled);
  check(file, groups, samplers, messages ?? []);
  checkVariables(properties['sample_variables'] ?? '');
  // A Module Controller runs the requests of its target even if the target is disabled.
  const counted = text.includes('<ModuleController') ? samplers : enabled;
  const change = text === original ? 'unchanged' : 'unchanged, except for the load';
  onNote(noteOf(`${file} ${change}`, identity, counted, messages !== undefined));
  const plan: Plan = {
    name: testPlan.name || 'Plan',
    rate: null,
    identity,
    ...(find === undefined ? {} : { find }),
    threadGroups: groups.map((group) => threadGroup(group, enabled)),
    foreign: { name: basename(file), sha256: createHash('sha256').update(text).digest('hex') },
  };
  const count = (kind: SamplerGroup['kind']) => groups.filter((group) => group.kind === kind).length;
  return { plan, file, text, samplers, setUpGroups: count('setUp'), plainGroups: count('plain'), properties };
}

/** Returns the groups in the order in which JMeter runs them. */
function ordered(groups: readonly SamplerGroup[]): SamplerGroup[] {
  return (['setUp', 'plain', 'tearDown'] as const).flatMap((kind) =>
    groups.filter((group) => group.kind === kind),
  );
}

function check(
  file: string,
  groups: readonly SamplerGroup[],
  samplers: readonly HttpSampler[],
  messages: readonly string[],
): void {
  if (samplers.length === 0) throw new QblError('usage', `${file} has no HTTP request`);
  if (groups.length > MAX_PER_PLAN)
    throw new QblError(
      'usage',
      `${file} has ${groups.length} enabled thread groups, but the identity of a message can distinguish only ${MAX_PER_PLAN}`,
    );
  const unknown = messages.find((label) => !samplers.some(({ name }) => name === label));
  if (unknown === undefined) return;
  throw new QblError('usage', `--label: ${file} has no HTTP request with the name "${unknown}"`);
}

/** A sample variable with the name of a column would make the samples file unreadable. */
function checkVariables(variables: string): void {
  const taken = variables
    .split(',')
    .map((name) => name.trim())
    .find((name) => KNOWN_COLUMNS.includes(name));
  if (taken === undefined) return;
  throw new QblError('usage', `-J sample_variables: the samples file has a column "${taken}" of its own`, {
    hint: 'Leave out this name, or give the variable another name in the test plan.',
  });
}

function noteOf(
  what: string,
  identity: Placement,
  samplers: readonly ForeignSampler[],
  isChosen: boolean,
): string {
  const sending = samplers.filter(({ sendsMessage }) => sendsMessage);
  const some = `${sending.length} of ${plural(samplers.length, 'HTTP request')}`;
  const which = isChosen
    ? 'named with --label'
    : 'each POST, PUT and PATCH; name other requests with --label';
  const where =
    identity.kind === 'header' ? `the header ${identity.name} has the identity of ` : 'no identity in ';
  return `JMeter runs ${what}; ${where}${some} (${which})`;
}

function threadGroup(group: SamplerGroup, enabled: readonly ForeignSampler[]): ThreadGroup {
  const { element } = group;
  const threads = textOf(element, 'ThreadGroup.num_threads').trim();
  const onSampleError = textOf(element, 'ThreadGroup.on_sample_error');
  return {
    name: element.name,
    threads: /^\d{1,9}$/.test(threads) ? Number(threads) : 1,
    loops: null,
    durationMs: null,
    rampUpMs: 0,
    onSampleError: ON_SAMPLE_ERROR.find((mode) => mode === onSampleError) ?? 'continue',
    requests: enabled.filter((sampler) => sampler.group === group).map(request),
  };
}

function request({ name, method, url, sendsMessage }: ForeignSampler): Request {
  return {
    name,
    url,
    method: METHODS.find((known) => known === method) ?? 'GET',
    headers: {},
    body: null,
    timeoutMs: 0,
    ...(sendsMessage ? {} : { identity: NO_IDENTITY }),
  };
}
