import { JsonObject } from '../../message/json/json.ts';
import { spanAt } from '../../message/json/json-span.ts';
import { type JsonPointer, pointerText } from '../../message/json/pointer.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import {
  BodyError,
  type BodyWriter,
  type JsonTemplate,
  jsonTemplate,
  messageWriter,
  objectTemplate,
  parseBody,
  sharedValues,
  standInText,
} from './body-template.ts';
import { type FillOptions, filler } from './fill.ts';
import { cutAtStandIns } from './stand-ins.ts';
import { TemplateError, type TemplateSegment } from './template.ts';

/** A body, split around the object that carries the identity. */
export interface PlacedBody {
  readonly before: readonly TemplateSegment[];
  readonly message: JsonTemplate;
  readonly after: readonly TemplateSegment[];
}

/**
 * @param pointer the object that carries the identity; if empty, the whole body
 * @throws BodyError if the body is not JSON, or if the pointer leads to no object that can carry an identity
 */
export function placedBody(
  body: string,
  pointer: JsonPointer,
  own: readonly PlanVariable[] = [],
): PlacedBody {
  if (pointer.length === 0) return { before: [], message: jsonTemplate(body, own), after: [] };
  const text = standInText(body, own);
  parseBody(text);
  const span = spanAt(text, pointer);
  if (!(span?.value instanceof JsonObject))
    throw new BodyError(`the body has no object at ${pointerText(pointer)} that could carry the identity`);
  return {
    before: cutAtStandIns(text.slice(0, span.start), own),
    message: objectTemplate(text.slice(span.start, span.end), own),
    after: cutAtStandIns(text.slice(span.end), own),
  };
}

/**
 * Returns the object that carries the identity. Null if the body has no such object, which is possible with a plan
 * of another version of qbl.
 */
export function messageTemplate(
  body: string | null,
  pointer: JsonPointer,
  own: readonly PlanVariable[] = [],
): JsonTemplate | null {
  try {
    return body === null ? null : placedBody(body, pointer, own).message;
  } catch (error) {
    if (error instanceof BodyError || error instanceof TemplateError) return null;
    throw error;
  }
}

/** Returns a writer of bodies with identity and checksum. */
export function placedWriter({ before, message, after }: PlacedBody, options: FillOptions = {}): BodyWriter {
  const shared = sharedValues(options);
  const write = messageWriter(message, shared);
  if (before.length === 0 && after.length === 0) return write;
  const [fillBefore, fillAfter] = [filler(before, shared), filler(after, shared)];
  return (identity, sentAtMs) =>
    fillBefore(identity, sentAtMs) + write(identity, sentAtMs) + fillAfter(identity, sentAtMs);
}
