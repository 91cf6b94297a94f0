import type { Plan, Request } from '../plan.ts';
import { type BodyWriter, jsonTemplate, messageWriter } from './body-template.ts';
import { type Fill, type FillOptions, filler, mentions } from './fill.ts';
import { parseTemplate, type TemplateSegment } from './template.ts';
import { PlanValues, uuidOfMessage } from './values.ts';

/** The part of a message before its body. */
export type Head = Pick<Request, 'url' | 'headers'>;
export type HeadWriter = (...message: Parameters<Fill>) => Head;

/** The writers of a plan's messages, by the indexes of thread group and request from 0. */
export interface RequestWriters {
  /** Null if the request has no body. */
  bodyOf(group: number, request: number): BodyWriter | null;
  /** Null if the URL and headers have no variables and are the same for all messages. */
  headOf(group: number, request: number): HeadWriter | null;
}

interface Writers {
  readonly body: BodyWriter | null;
  readonly head: HeadWriter | null;
}

/** The writers of one run. They share the counters of its plan. */
export function requestWriters(plan: Plan): RequestWriters {
  const values = new PlanValues();
  const writers = plan.threadGroups.map(({ requests }) =>
    requests.map((request) => writersOf(request, plan, values)),
  );
  return {
    bodyOf: (group, request) => writers[group]?.[request]?.body ?? null,
    headOf: (group, request) => writers[group]?.[request]?.head ?? null,
  };
}

function writersOf(request: Request, plan: Plan, values: PlanValues): Writers {
  const head = headTemplates(request, plan);
  if (head === null) return { head: null, body: bodyWriter(request, plan, { values }) };
  const all = [head.url, ...head.headers.map(([, value]) => value)];
  const options = all.some((each) => mentions(each, 'uuid')) ? { values, uuid: uuidOfMessage() } : { values };
  return { head: headWriter(head, options), body: bodyWriter(request, plan, options) };
}

function bodyWriter({ body }: Request, plan: Plan, options: FillOptions): BodyWriter | null {
  if (body === null) return null;
  return plan.identity
    ? messageWriter(jsonTemplate(body, plan.variables), options)
    : filler(parseTemplate(body, plan.variables), options);
}

interface HeadTemplates {
  readonly url: readonly TemplateSegment[];
  readonly headers: readonly (readonly [name: string, value: readonly TemplateSegment[]])[];
}

/** Null if there is no variable to fill in. */
function headTemplates({ url, headers }: Request, { variables }: Plan): HeadTemplates | null {
  const entries = Object.entries(headers);
  if (![url, ...entries.map(([, value]) => value)].some((text) => text.includes('${'))) return null;
  return {
    url: parseTemplate(url, variables),
    headers: entries.map(([name, value]) => [name, parseTemplate(value, variables)]),
  };
}

function headWriter({ url, headers }: HeadTemplates, options: FillOptions): HeadWriter {
  const fillUrl = filler(url, options);
  const fills = headers.map(([name, value]) => [name, filler(value, options)] as const);
  return (identity, sentAtMs) => ({
    url: fillUrl(identity, sentAtMs),
    headers: Object.fromEntries(fills.map(([name, fill]) => [name, fill(identity, sentAtMs)])),
  });
}
