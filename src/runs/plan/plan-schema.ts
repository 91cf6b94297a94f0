import { HOP_RULES } from '../../plan/hops.ts';
import { METHODS, ON_SAMPLE_ERROR, type Plan } from '../../plan/plan.ts';
import { z } from '../../schema/zod.ts';
import { count, durationMs, quantity } from '../json/figure-schemas.ts';
import { queueUrl } from '../json/queue-url-schema.ts';
import { assertion } from './assertion-schema.ts';
import { extractor } from './extractor-schema.ts';
import { filledText } from './filled-text-schema.ts';
import { flow } from './flow-schema.ts';
import { groupOrder, groupTimes } from './group-schemas.ts';
import { managers, requestManagers } from './managers-schema.ts';
import { content, findPlace, placement } from './place-schemas.ts';
import { responseRule } from './response-rule-schema.ts';
import { source } from './source-schema.ts';
import { timer } from './timer-schema.ts';

const request = z.object({
  name: z.string(),
  label: z.string().exactOptional(),
  url: z.string(),
  method: z.enum(METHODS),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  timeoutMs: durationMs(),
  connectTimeoutMs: durationMs().exactOptional(),
  keepAlive: z.literal(false).exactOptional(),
  bodyType: z.string().exactOptional(),
  followRedirects: z.literal(true).exactOptional(),
  redirectsAutomatically: z.literal(true).exactOptional(),
  identity: placement.exactOptional(),
  timers: z.array(timer).exactOptional(),
  outcome: z
    .object({ acked: z.array(responseRule).exactOptional(), rejected: z.array(responseRule).exactOptional() })
    .exactOptional(),
  assertions: z.array(assertion).exactOptional(),
  managers: requestManagers.exactOptional(),
  extractors: z.array(extractor).exactOptional(),
});

const threadGroup = z.object({
  name: z.string(),
  threads: count(),
  loops: count().nullable(),
  durationMs: durationMs().nullable(),
  rampUpMs: durationMs(),
  onSampleError: z.enum(ON_SAMPLE_ERROR),
  requests: z.array(request),
  ...groupTimes,
  newConnectionEachLoop: z.literal(true).exactOptional(),
  sources: z.array(source).exactOptional(),
  flow: flow.exactOptional(),
});

const variable = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), name: z.string(), text: filledText }),
  z.object({ kind: z.literal('uuid'), name: z.string() }),
  z.object({
    kind: z.literal('counter'),
    name: z.string(),
    start: z.int(),
    end: z.int().nullable(),
    increment: z.int(),
    format: z.string(),
    perThread: z.boolean(),
  }),
]);

/** The plan in run.json. */
export const plan: z.ZodType<Plan> = z.object({
  name: z.string(),
  threadGroups: z.array(threadGroup),
  ...groupOrder,
  rate: quantity().nullable(),
  identity: placement,
  find: z.array(findPlace).exactOptional(),
  content: content.exactOptional(),
  untilStopped: z.literal(true).exactOptional(),
  variables: z.array(variable).exactOptional(),
  javaUrls: z.literal(true).exactOptional(),
  managers: managers.exactOptional(),
  foreign: z.object({ name: z.string(), sha256: z.string() }).exactOptional(),
  hops: z
    .array(z.object({ name: z.string(), queue: queueUrl, find: z.array(findPlace).exactOptional() }))
    .min(1)
    .exactOptional(),
  hopRule: z.enum(HOP_RULES).exactOptional(),
  hopWithinMs: durationMs().exactOptional(),
});
