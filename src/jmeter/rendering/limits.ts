import { QblError } from '../../error.ts';
import { hostThatJMeterSends } from '../../plan/jmx/elements/host-header.ts';
import { writtenText } from '../../plan/language/filled-text.ts';
import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';
import { isPause } from '../../plan/timers/timer.ts';
import { RATE_PARTS } from './pauses.ts';

/**
 * Checks that JMeter can run the plan as exactly as `blast`.
 * @throws QblError 'usage' that lists everything that JMeter cannot do
 */
export function checkRenderable(plan: Plan): void {
  const mistakes = [
    ...rateMistakes(plan),
    ...(plan.oneGroupAtATime
      ? ['thread groups that run one after the other: qbl does not write their order into a .jmx file']
      : []),
    ...textMistakes(plan),
    ...sourceMistakes(plan),
    ...plan.threadGroups.flatMap((group) => [
      ...groupMistakes(group),
      ...group.requests.flatMap(requestMistakes),
    ]),
  ];
  if (mistakes.length === 0) return;
  throw new QblError('usage', ['JMeter cannot run this plan:', ...mistakes].join('\n'), {
    hint: canRunUnchanged(plan)
      ? 'Send this plan with qbl blast. Or use qbl jmeter without options that change the requests: JMeter then runs the .jmx file unchanged.'
      : 'Send this plan with qbl blast.',
  });
}

/** Whether the plan is from a .jmx file. */
function canRunUnchanged({ javaUrls }: Plan): boolean {
  return javaUrls === true;
}

function textMistakes({ variables = [] }: Plan): string[] {
  const texts = variables.flatMap((each) => (each.kind === 'text' ? [writtenText(each.text)] : []));
  if (texts.length === 0) return [];
  return [
    `values that change while the test runs: qbl does not write them into a .jmx file: ${texts.join(', ')}`,
  ];
}

function sourceMistakes({ threadGroups }: Plan): string[] {
  return threadGroups.flatMap(({ name, sources }) =>
    sources === undefined
      ? []
      : [`${name}: its CSV Data Sets and Random Variables: qbl does not write them into a .jmx file`],
  );
}

/**
 * Lists the mistakes of a plan with a rate. A rate becomes one pause in each loop, so each loop must have only one
 * request.
 */
function rateMistakes({ rate, threadGroups }: Plan): string[] {
  const requests = threadGroups.reduce((sum, group) => sum + group.requests.length, 0);
  if (rate === null) return [];
  return [
    ...(requests > 1
      ? [`a rate for ${requests} requests in the plan: in JMeter, qbl can keep a rate only with 1 request`]
      : []),
    ...(isWhole(rate * RATE_PARTS) ? [] : [`a rate of ${rate}: use at most 3 decimals`]),
  ];
}

function groupMistakes(group: ThreadGroup): string[] {
  const { name, rampUpMs, durationMs, startDelayMs = 0, kind, schedule, flow } = group;
  return [
    ...(flow === undefined
      ? []
      : [`${name}: its controllers: qbl does not write controllers into a .jmx file`]),
    ...(kind === undefined
      ? []
      : [`${name}: a ${kind} group: qbl does not write such groups into a .jmx file`]),
    ...(schedule === undefined
      ? []
      : [`${name}: a start and an end for each thread: qbl does not write them into a .jmx file`]),
    ...wholeSeconds(`${name}: ramp-up`, rampUpMs),
    ...(durationMs === null ? [] : wholeSeconds(`${name}: duration`, durationMs)),
    ...wholeSeconds(`${name}: start delay`, startDelayMs),
    ...(startDelayMs > 0 && durationMs === null
      ? [`${name}: a start delay without a duration: add a duration`]
      : []),
  ];
}

function wholeSeconds(what: string, ms: number): string[] {
  return isWhole(ms / 1000) ? [] : [`${what} of ${ms} ms: JMeter needs whole seconds`];
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/**
 * Lists the mistakes of a request. In JMeter, some methods have no body, and header values are written as ASCII.
 * Source: HTTPHC4Impl.java.
 */
function requestMistakes(request: Request): string[] {
  const {
    name,
    label,
    method,
    url,
    body,
    headers,
    assertions,
    extractors,
    followRedirects,
    redirectsAutomatically,
    managers,
    timers = [],
  } = request;
  const withoutBody = method === 'HEAD' || method === 'OPTIONS';
  const notAscii = Object.entries(headers).filter(([, value]) => /[^\t\x20-\x7e]/.test(value));
  const host = Object.entries(headers).find(([header]) => header.toLowerCase() === 'host')?.[1];
  const sentHost = host === undefined ? undefined : hostThatJMeterSends(host, url);
  return [
    ...(withoutBody && body !== null ? [`${name}: ${method} with a body: JMeter sends no body`] : []),
    ...notAscii.map(([header]) => `${name}: the header ${header}: JMeter sends only ASCII`),
    ...(/%(?![\da-f]{2})/i.test(url)
      ? [`${name}: % in the URL without two hexadecimal digits: JMeter does not send it: write %25`]
      : []),
    ...(label === undefined ? [] : [`${name}: a name with variables: qbl writes only constant names`]),
    ...(assertions === undefined
      ? []
      : [`${name}: its assertions: qbl does not write assertions into a .jmx file`]),
    ...(extractors === undefined
      ? []
      : [`${name}: its extractors: qbl does not write extractors into a .jmx file`]),
    ...(followRedirects || redirectsAutomatically
      ? [`${name}: its redirects: qbl cannot see in JMeter's samples which messages were redirected`]
      : []),
    ...(managers === undefined
      ? []
      : [`${name}: its cookies, caches or users: qbl does not write managers into a .jmx file`]),
    ...(timers.every(isPause)
      ? []
      : [`${name}: its timers: qbl writes only constant and uniform random timers into a .jmx file`]),
    ...(host === sentHost ? [] : [`${name}: the header Host: JMeter sends ${sentHost}`]),
  ];
}
