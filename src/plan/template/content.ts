import { hash } from 'node:crypto';
import type { Identity } from '../../message/identity.ts';
import { canonicalText } from '../../message/json/canonical.ts';
import type { Json } from '../../message/json/json.ts';
import { parseJson } from '../../message/json/parse-json.ts';
import { pointerText, valueAt } from '../../message/json/pointer.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import { comparesContent } from '../placements.ts';
import type { ContentField, Plan, Request } from '../plan.ts';
import { BodyError, checkKeys, standInText } from './body-template.ts';
import { determinedValue } from './determined.ts';
import { type Fill, type FillOptions, filler } from './fill.ts';
import { cutAtStandIns } from './stand-ins.ts';
import { parseTemplate, type TemplateSegment } from './template.ts';

/**
 * Returns the part of a request's body that must come out of the queue unchanged. JSON is in canonical form (RFC
 * 8785). Null if the plan does not compare contents.
 * @throws BodyError if the body lacks a field that the plan compares
 */
export function contentTemplate(plan: Plan, request: Request): readonly TemplateSegment[] | null {
  const { content = { kind: 'none' }, variables = [] } = plan;
  const { body } = request;
  if (content.kind === 'none' || body === null || !comparesContent(plan, request)) return null;
  return content.kind === 'whole' ? wholeOf(body, variables) : fieldsOf(body, content.fields, variables);
}

/** Returns a function that hashes a message's content. Null if the plan does not compare contents. */
export function contentHasher(plan: Plan, request: Request, options: FillOptions = {}): Fill | null {
  const template = contentTemplate(plan, request);
  if (template === null) return null;
  const fill = filler(template, options);
  return (identity, sentAtMs) => hash('md5', fill(identity, sentAtMs));
}

const SAMPLE = { run: 'run', group: 1, thread: 1, loop: 1, request: 1 };

/**
 * Returns the whole body. A body that is JSON when it is sent is compared as JSON, and any other body byte by
 * byte.
 */
function wholeOf(body: string, own: readonly PlanVariable[]): readonly TemplateSegment[] {
  const segments = parseTemplate(body, own);
  if ('failedAt' in parseJson(filler(segments)(SAMPLE, 0))) return segments;
  return cutAtStandIns(canonical(parsedBody(body, own)), own);
}

function fieldsOf(
  body: string,
  fields: readonly ContentField[],
  own: readonly PlanVariable[],
): readonly TemplateSegment[] {
  return cutAtStandIns(canonical(valuesOf(body, fields, own)), own);
}

function valuesOf(body: string, fields: readonly ContentField[], own: readonly PlanVariable[]): Json[] {
  const json = parsedBody(body, own);
  return fields.map(({ sent }) => {
    const value = valueAt(json, sent);
    if (value === undefined)
      throw new BodyError(`the body has no field ${pointerText(sent)}, but content names this field`);
    return value;
  });
}

/** A field that must come out of the queue unchanged. */
export interface SentField {
  /** JSON pointer to the field in a message of the queue. */
  readonly found: string;
  /** The value of the field in canonical form. Null if the plan does not determine the value, as with `${uuid}`. */
  valueOf(identity: Identity): string | null;
}

/**
 * Returns the fields that the plan compares one by one. Empty if the plan compares the whole content, or no content.
 */
export function sentFields(plan: Plan, request: Request): readonly SentField[] {
  const { content = { kind: 'none' }, variables = [] } = plan;
  const { body } = request;
  if (content.kind !== 'fields' || body === null || !comparesContent(plan, request)) return [];
  return valuesOf(body, content.fields, variables).map((value, index) => {
    const segments = cutAtStandIns(canonical(value), variables);
    return {
      found: pointerText(content.fields[index]?.found ?? []),
      valueOf: (identity) => determinedValue(segments, identity),
    };
  });
}

function parsedBody(body: string, own: readonly PlanVariable[]): Json {
  const parsed = parseJson(standInText(body, own));
  if (!('value' in parsed))
    throw new BodyError('content compares JSON: expected each variable in quotes, or as a whole value');
  checkKeys(parsed.value);
  return parsed.value;
}

function canonical(json: Json): string {
  const text = canonicalText(json);
  if (text === null)
    throw new BodyError(
      'content names a value that not every JSON parser keeps: a very large number, or half of a surrogate pair',
    );
  return text;
}
