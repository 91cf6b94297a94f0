import canonicalize from 'canonicalize';
import { RESERVED_KEY } from '../message/identity.ts';
import { isObject, type JsonObject } from '../message/shape.ts';
import { writeMessage } from '../message/write.ts';
import { type Fill, type FillOptions, filler } from './fill.ts';
import type { PlanVariable } from './plan.ts';
import { parseTemplate, type Segment, TemplateError, variableSegment } from './template.ts';

/** Makes the body of one message. */
export type BodyWriter = Fill;

/** A body that cannot carry an identity, or is no JSON: what was wrong and what was expected. */
export class BodyError extends Error {}

/** A JSON object as the plan has it, with what is filled in for each message. */
export interface JsonTemplate {
  /** Its canonical form (RFC 8785), cut where a value is filled in. */
  readonly segments: readonly Segment[];
  /** The object with stand-ins for what is filled in: its keys are what the plan sends. */
  readonly shape: JsonObject;
}

/**
 * Reads a body's text as a template of a JSON object.
 * @param own the variables of the plan
 * @throws BodyError when it is none, uses the reserved key, or holds a value that would not arrive as written
 */
export function jsonTemplate(body: string, own: readonly PlanVariable[] = []): JsonTemplate {
  const segments = parseTemplate(body, own);
  const shape = parseObject(withStandIns(segments, body));
  if (Object.hasOwn(shape, RESERVED_KEY)) {
    throw new BodyError(`the key "${RESERVED_KEY}" is reserved for the message's identity: rename it`);
  }
  return { segments: cutAtStandIns(canonicalText(shape), own), shape };
}

/** The JSON object that a request's body is; null for a body that is none, such as one sent without identity. */
export function bodyShape(body: string | null, own: readonly PlanVariable[] = []): JsonObject | null {
  try {
    return body === null ? null : jsonTemplate(body, own).shape;
  } catch (error) {
    if (error instanceof BodyError || error instanceof TemplateError) return null;
    throw error;
  }
}

/** A writer of messages with identity and sum. */
export function messageWriter(template: JsonTemplate, options?: FillOptions): BodyWriter {
  const fill = filler(template.segments, options);
  return (identity, sentAtMs) => writeMessage(fill(identity, sentAtMs), identity, sentAtMs);
}

/** Private-use characters that frame a stand-in: `bare` ones stood outside a JSON string. */
const FRAME = { open: '\uE000', bare: '\uE001', close: '\uE002' };
const STAND_IN = /"\uE001([^\uE000-\uE002]+)\uE002"|\uE000([^\uE000-\uE002]+)\uE002/;

function withStandIns(segments: readonly Segment[], body: string): string {
  if (/[\uE000-\uE002]/.test(body))
    throw new BodyError('the characters U+E000 to U+E002 cannot be used in a body');
  let text = '';
  let inString = false;
  for (const segment of segments) {
    if (segment.kind === 'text') {
      checkNumbers(segment.text, inString);
      inString = endsInString(segment.text, inString);
      text += segment.text;
    } else text += standIn(segment, inString);
  }
  return text;
}

function standIn(segment: Exclude<Segment, { kind: 'text' }>, inString: boolean): string {
  const name = segment.kind === 'own' ? segment.variable.name : segment.name;
  if (inString) return `${FRAME.open}${name}${FRAME.close}`;
  if (isText(segment)) throw new BodyError(`\${${name}} is a text: put it in quotes`);
  return `"${FRAME.bare}${name}${FRAME.close}"`;
}

function isText(segment: Exclude<Segment, { kind: 'text' }>): boolean {
  if (segment.kind === 'variable') return segment.name === 'run' || segment.name === 'uuid';
  return segment.variable.kind === 'uuid' || segment.variable.format !== '';
}

function endsInString(text: string, startsInString: boolean): boolean {
  const quotes = withoutEscapes(text).match(/"/g)?.length ?? 0;
  return startsInString !== (quotes % 2 === 1);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\./gs, '');
}

/** RFC 8785, section 3.2.2.3, and RFC 8259, section 6: only what a double holds comes through every parser. */
function checkNumbers(text: string, startsInString: boolean): void {
  for (const [index, piece] of withoutEscapes(text).split('"').entries()) {
    if ((index % 2 === 1) !== startsInString) continue;
    for (const [number] of piece.matchAll(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g)) {
      if (significantDigits(String(Number(number))) !== significantDigits(number)) {
        throw new BodyError(
          `the number ${number} has more digits than JSON carries safely: write it as a text`,
        );
      }
    }
  }
}

function significantDigits(number: string): string {
  const mantissa = number.split(/[eE]/)[0] ?? '';
  return mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BodyError(
      `it is not JSON (${reasonOf(error)}): expected an object such as {"id": "\${thread}-\${loop}"}`,
    );
  }
  if (!isObject(value))
    throw new BodyError('it is JSON but no object: expected {…}, so that it can carry an identity');
  checkKeys(value);
  return value;
}

/** Keys are sorted before anything is filled in, so nothing can be filled into them. */
function checkKeys(value: unknown): void {
  if (Array.isArray(value)) value.forEach(checkKeys);
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (STAND_IN.test(key) || key.includes(FRAME.bare)) {
      throw new BodyError('only values can be filled in, but a key holds a variable');
    }
    checkKeys(child);
  }
}

function canonicalText(shape: JsonObject): string {
  try {
    return canonicalize(shape) ?? '{}';
  } catch (error) {
    throw new BodyError(`it has no canonical JSON form: ${reasonOf(error)}`);
  }
}

function cutAtStandIns(text: string, own: readonly PlanVariable[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (const [index, piece] of text.split(new RegExp(STAND_IN.source)).entries()) {
    if (index % 3 === 0 && piece !== '') segments.push({ kind: 'text', text: piece });
    else if (piece !== undefined && piece !== '') segments.push(variableSegment(piece, own));
  }
  return segments;
}

/** JSON.parse's message without the stand-ins, which no user wrote. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(new RegExp(STAND_IN.source, 'g'), (_, bare, inString) => `\${${bare ?? inString}}`);
}
