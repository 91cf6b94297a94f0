import type { Identity } from '../../message/identity.ts';
import type { Execution } from '../../message/token/token.ts';
import type { FilledText } from '../language/filled-text.ts';
import { UnsentError } from '../language/java-url.ts';
import { AllThreadVariables } from '../language/thread-variables.ts';
import { placementOf } from '../placements.ts';
import type { Plan, Request } from '../plan.ts';
import type { BodyWriter } from './body-template.ts';
import { contentHasher } from './content.ts';
import { type Fill, type FillOptions, filler, mentions } from './fill.ts';
import { placedBody, placedWriter } from './placed-body.ts';
import { parseTemplate, type TemplateSegment } from './template.ts';
import { tokenWriter } from './tokens.ts';
import { PlanValues } from './values.ts';

/** The parts of a request before its body, and the name that its sample gets. */
export type Head = Pick<Request, 'url' | 'headers'> & Partial<Pick<Request, 'name'>>;
export type TextOf = (text: FilledText, identity: Identity) => string;
export type HeadWriter = (...message: Parameters<Fill>) => Head;

/** The writers of a plan's messages, by the indexes of thread group and request from 0. */
export interface RequestWriters {
  /** The variables of the threads, from which the writers take values. */
  readonly threads: AllThreadVariables;
  /** Evaluates a text for a message. */
  readonly textOf: TextOf;
  /** Returns the writer of a request's body. Null if the request has no body. */
  bodyOf(group: number, request: number): BodyWriter | null;
  /**
   * Returns the writer of URL and headers. Null if they have no variables and are the same for all messages.
   */
  headOf(group: number, request: number): HeadWriter | null;
  /**
   * Returns the function that hashes the content that must stay unchanged. Null if the plan does not compare
   * contents.
   */
  contentOf(group: number, request: number): Fill | null;
}

interface Writers {
  readonly body: BodyWriter | null;
  readonly head: HeadWriter | null;
  readonly content: Fill | null;
}

/**
 * Returns the writers of one run. They share the counters of the plan.
 * @param execution absent if the plan is only checked
 */
export function requestWriters(plan: Plan, execution?: Execution): RequestWriters {
  const tokens = execution === undefined ? {} : { tokens: tokenWriter(plan, execution) };
  const threads = new AllThreadVariables(plan.threadVariables, execution?.run);
  const values = new PlanValues(plan.variables, threads);
  const options = { values, ...tokens };
  const writers = plan.threadGroups.map(({ requests }) =>
    requests.map((request) => writersOf(request, plan, options)),
  );
  return {
    threads,
    textOf: (text, identity) => values.textOf(text, identity),
    bodyOf: (group, request) => writers[group]?.[request]?.body ?? null,
    headOf: (group, request) => writers[group]?.[request]?.head ?? null,
    contentOf: (group, request) => writers[group]?.[request]?.content ?? null,
  };
}

function writersOf(request: Request, plan: Plan, ofRun: FillOptions & { values: PlanValues }): Writers {
  const head = headTemplates(request, plan);
  const all = head === null ? [] : [head.url, head.label ?? [], ...head.headers.map(([, value]) => value)];
  const hasTexts = plan.variables?.some(({ kind }) => kind === 'text') ?? false;
  const isShared = plan.content !== undefined || hasTexts || all.some((each) => mentions(each, 'uuid'));
  const options = isShared ? { ...ofRun, uuid: ofRun.values.uuid } : ofRun;
  return {
    head: head === null ? null : headWriter(head, options),
    body: bodyWriter(request, plan, options),
    content: contentHasher(plan, request, options),
  };
}

function bodyWriter(request: Request, plan: Plan, options: FillOptions): BodyWriter | null {
  const { body } = request;
  if (body === null) return null;
  const placement = placementOf(plan, request);
  return placement.kind === 'body'
    ? placedWriter(placedBody(body, placement.pointer, plan.variables), options)
    : filler(parseTemplate(body, plan.variables), options);
}

interface HeadTemplates {
  readonly url: readonly TemplateSegment[];
  readonly headers: readonly (readonly [name: string, value: readonly TemplateSegment[]])[];
  /** Null if the label of the samples is a constant. */
  readonly label: readonly TemplateSegment[] | null;
}

/** Returns the templates of URL, headers and label. Null if none of them contains a variable. */
function headTemplates({ url, headers, label = '' }: Request, { variables }: Plan): HeadTemplates | null {
  const entries = Object.entries(headers);
  if (![url, label, ...entries.map(([, value]) => value)].some((text) => text.includes('${'))) return null;
  return {
    label: label === '' ? null : parseTemplate(label, variables),
    url: parseTemplate(url, variables),
    headers: entries.map(([name, value]) => [name, parseTemplate(value, variables)]),
  };
}

function headWriter({ url, headers, label }: HeadTemplates, options: FillOptions): HeadWriter {
  const fillUrl = filler(url, options);
  const fillLabel = label === null ? null : filler(label, options);
  const fills = headers.map(([name, value]) => [name, filler(value, options)] as const);
  return (identity, sentAtMs) => {
    const url = fillUrl(identity, sentAtMs);
    const fill = () => Object.fromEntries(fills.map(([name, each]) => [name, each(identity, sentAtMs)]));
    const name = fillLabel === null ? {} : { name: fillLabel(identity, sentAtMs) };
    return { ...name, url, headers: withUrl(url, fill) };
  };
}

/** Fills in the headers of a request. If JMeter sends nothing because of a header, its sample has the URL. */
function withUrl(url: string, fill: () => Head['headers']): Head['headers'] {
  try {
    return fill();
  } catch (error) {
    throw error instanceof UnsentError ? error.at(url) : error;
  }
}
