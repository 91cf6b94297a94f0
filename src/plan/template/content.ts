import { hash } from 'node:crypto';
import { canonicalText } from '../../message/json/canonical.ts';
import { parseJson } from '../../message/json/parse-json.ts';
import { pointerText, valueAt } from '../../message/json/pointer.ts';
import { isToken } from '../../message/placement.ts';
import { placementOf } from '../placements.ts';
import type { ContentField, Plan, Request } from '../plan.ts';
import { BodyError, standInText } from './body-template.ts';
import { type Fill, type FillOptions, filler } from './fill.ts';
import { cutAtStandIns } from './stand-ins.ts';
import type { TemplateSegment } from './template.ts';

/**
 * The part of a request's body that must come out of the queue unchanged, in canonical form (RFC 8785) if it is JSON.
 * Null if nothing is compared.
 * @throws BodyError if the body lacks a field
 */
export function contentTemplate(plan: Plan, request: Request): readonly TemplateSegment[] | null {
  const { content = { kind: 'none' }, variables = [] } = plan;
  const { body } = request;
  if (content.kind === 'none' || body === null || !isToken(placementOf(plan, request))) return null;
  const text = standInText(body, variables);
  return cutAtStandIns(
    content.kind === 'whole' ? wholeText(text) : fieldsText(text, content.fields),
    variables,
  );
}

/** Returns the hash of a message's content. Null if nothing is compared. */
export function contentHasher(plan: Plan, request: Request, options: FillOptions = {}): Fill | null {
  const template = contentTemplate(plan, request);
  if (template === null) return null;
  const fill = filler(template, options);
  return (identity, sentAtMs) => hash('md5', fill(identity, sentAtMs));
}

function wholeText(text: string): string {
  const parsed = parseJson(text);
  return ('value' in parsed ? canonicalText(parsed.value) : null) ?? text;
}

function fieldsText(text: string, fields: readonly ContentField[]): string {
  const parsed = parseJson(text);
  const values = fields.map(({ sent }) => {
    const value = 'value' in parsed ? valueAt(parsed.value, sent) : undefined;
    if (value === undefined) throw new BodyError(`it has no field ${pointerText(sent)}, which content names`);
    return value;
  });
  const canonical = canonicalText(values);
  if (canonical === null) throw new BodyError('content names a field that JSON cannot carry safely');
  return canonical;
}
