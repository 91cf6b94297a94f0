import { formatCount } from '../count.ts';
import { isHeaderName } from '../header-name.ts';
import { MAX_PER_PLAN } from '../message/identity.ts';
import { z } from '../schema/zod.ts';
import { DURATION, DURATION_EXPECTED, parseDuration } from './duration.ts';
import { ENDPOINTS } from './endpoints/presets.ts';
import { hopRule, hops } from './hop-schema.ts';
import { content, find, placement } from './identity-fields.ts';
import { OUTCOME_FIELDS, outcome } from './outcome-schema.ts';
import { METHODS, ON_SAMPLE_ERROR } from './plan.ts';

/**
 * The written form of a plan: the allowed values of each field, its default, and its description for editors.
 * Parsing returns a `Plan`.
 */

const whole = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${formatCount(most)}`;
  return z.int(expected).min(least, expected).max(most, expected);
};

/** Text that fits on one line of a table, a log or a CSV file. */
export const oneLine = z
  .string('expected a text')
  .regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'expected 1 to 200 characters without control characters');

export const duration = z
  .union([z.literal(0), z.string().regex(DURATION)], `expected ${DURATION_EXPECTED}`)
  .refine((value) => parseDuration(String(value)) !== null, `expected ${DURATION_EXPECTED}`)
  .transform((value) => parseDuration(String(value)) ?? 0);

export const threads = whole(1, 100_000).describe(
  'Number of users that send at the same time. Each has its own connection.',
);
export const loops = whole(1, 1_000_000_000).describe('How many times each thread sends its requests.');
export const rate = z
  .number('expected a number above 0')
  .positive('expected a number above 0')
  .max(1_000_000, 'expected at most 1,000,000')
  .describe(
    'Requests per second of all threads. Without a rate, each thread sends its next request when it has the response.',
  );

export const url = z
  .string('expected a URL')
  .superRefine((text, context) => {
    const mistake = urlMistake(text);
    if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
  })
  .describe('The URL to send to: http:// or https://.');

function urlMistake(text: string): string | null {
  const control = /\p{Cc}/u.exec(text)?.[0];
  if (control !== undefined) return `expected a URL without ${nameOf(control)}`;
  if (!URL.canParse(text)) return 'expected a URL such as http://localhost:3000/send';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'expected a URL with http:// or https://';
  if (username !== '' || password !== '')
    return 'expected a URL without a password: send an Authorization header instead';
  return null;
}

/** Names a control character, which a terminal would not show. */
function nameOf(control: string): string {
  if (control === '\n' || control === '\r') return 'a line break';
  if (control === '\t') return 'a tab';
  return `the control character U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A header's value has only visible characters (RFC 9110, section 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/**
 * Matches headers that control the connection, or say where a request ends. The HTTP client sets these headers, so a
 * plan cannot.
 */
const FRAMING_HEADER =
  /^(content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer)$/i;

export const headers = z
  .record(z.string(), z.string('expected a text'), 'expected names with their values')
  .superRefine((record, context) => {
    for (const [name, value] of Object.entries(record)) {
      const mistake = headerMistake(name, value);
      if (mistake !== null) context.addIssue({ code: 'custom', path: [name], message: mistake });
    }
  })
  .describe('Headers of each request.');

/** Returns why a plan cannot have this header. Null if a plan can have this header. */
export function headerMistake(name: string, value: string): string | null {
  if (!isHeaderName(name)) return 'expected the name of a header: letters, digits and hyphens';
  if (FRAMING_HEADER.test(name)) return 'this header belongs to the connection and cannot be in a plan';
  if (!HEADER_VALUE.test(value)) return 'expected a value of visible characters';
  return null;
}

export const method = z.enum(METHODS, `expected one of ${METHODS.join(', ')}`);
export const endpoint = z.enum(ENDPOINTS, `expected one of ${ENDPOINTS.join(', ')}`);
export const onSampleError = z.enum(ON_SAMPLE_ERROR, `expected one of ${ON_SAMPLE_ERROR.join(', ')}`);
/** The limit for a body keeps a message small enough for queues, and the plan small enough for run.json. */
export const body = z.string('expected a text').max(1_000_000, 'expected at most 1,000,000 characters');

const requestFields = {
  name: oneLine.describe("The label of the request's samples."),
  url,
  method: method.default('POST'),
  headers: headers.default({}),
  body: body
    .nullable()
    .default(null)
    .describe(
      'A JSON object. ${thread}, ${loop}, ${run}, ${uuid} and ${now} are filled in for each message.',
    ),
  identity: placement
    .exactOptional()
    .describe("Where the identity of the request's messages travels; replaces the identity of the plan."),
  timeout: duration
    .default(30_000)
    .describe(
      'Time-out for opening the connection, and for the time to the end of the response; 0 for no time-out.',
    ),
  outcome: outcome.exactOptional(),
};

const request = z
  .strictObject(requestFields, 'expected a mapping with name and url')
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout }));

const threadGroupFields = {
  name: oneLine.describe("First part of each thread's name."),
  threads: threads.default(1),
  loops: loops.optional(),
  duration: duration
    .optional()
    .describe('Ends the group after this time. Without loops, the threads send until this time is over.'),
  rampUp: duration.default(0).describe('Time to start all threads; 0 starts all at once.'),
  onSampleError: onSampleError
    .default('continue')
    .describe("What a thread does after a failed sample, in JMeter's words."),
  requests: z
    .array(request, 'expected a list of requests')
    .min(1, 'expected at least one request')
    .max(MAX_PER_PLAN, `expected at most ${MAX_PER_PLAN} requests`),
};

const threadGroup = z
  .strictObject(threadGroupFields, 'expected a mapping with name, requests, and loops or duration')
  .superRefine((group, context) => {
    if (group.loops === undefined && group.duration === undefined) {
      context.addIssue({ code: 'custom', path: ['loops'], message: 'expected loops or a duration' });
    }
  })
  .transform(({ rampUp, duration, loops, ...rest }) => ({
    ...rest,
    loops: loops ?? null,
    durationMs: duration ?? null,
    rampUpMs: rampUp,
  }));

const planFields = {
  name: oneLine.default('Plan'),
  threadGroups: z
    .array(threadGroup, 'expected a list of thread groups')
    .min(1, 'expected at least one thread group')
    .max(MAX_PER_PLAN, `expected at most ${MAX_PER_PLAN} thread groups`)
    .describe('All groups run at the same time.'),
  rate: rate.nullable().default(null),
  endpoint: endpoint
    .exactOptional()
    .describe(
      'The product behind the URLs: sets the JSON around each message, headers, identity and outcome rules that its API needs.',
    ),
  identity: placement
    .exactOptional()
    .describe(
      'Where the identity of each message travels: body, body:/pointer, header:Name, field:/pointer, template, or none.',
    ),
  find: find.exactOptional().describe('Where verify looks for a token in the messages of the queue.'),
  content: content
    .exactOptional()
    .describe('What must come out of the queue unchanged if the identity is a token: whole, or fields.'),
  outcome: outcome.exactOptional(),
  hops: hops.exactOptional(),
  hopRule: hopRule.exactOptional(),
  hopWithin: duration
    .exactOptional()
    .describe('How long verify waits for outputs after it has read the queue to its end; 60s by default.'),
};

/** The schema of a plan. A request without its own rules for outcomes gets the rules of the plan. */
export const planSchema = z
  .strictObject(planFields, 'expected a mapping, such as qbl init writes')
  .transform(({ outcome, hopWithin, ...plan }) => ({
    ...plan,
    ...(hopWithin === undefined ? {} : { hopWithinMs: hopWithin }),
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => (outcome === undefined ? request : { outcome, ...request })),
    })),
  }));

/**
 * The field names that a plan file can contain. The key is the field that contains these names, and is empty for the
 * plan itself.
 */
export const PLAN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(planFields),
  threadGroups: Object.keys(threadGroupFields),
  requests: Object.keys(requestFields),
  ...OUTCOME_FIELDS,
};

/** Returns the JSON Schema with which editors complete and check a plan. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planSchema, { io: 'input' });
}
