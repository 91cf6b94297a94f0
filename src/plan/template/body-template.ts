import { formatCount } from '../../count.ts';
import type { BodyTemplate } from '../../message/body-template.ts';
import { RESERVED_KEY } from '../../message/identity.ts';
import { canonicalText } from '../../message/json/canonical.ts';
import { childrenOf, type Json, JsonObject } from '../../message/json/json.ts';
import { MAX_JSON_VALUES, parseJson } from '../../message/json/parse-json.ts';
import { aroundClaim, writeMessage } from '../../message/write.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import { type Fill, type FillOptions, filler } from './fill.ts';
import { cutAtStandIns, hasStandInCharacters, standInFor, withVariables } from './stand-ins.ts';
import { parseTemplate, type TemplateSegment, type Variable } from './template.ts';
import { PlanValues, uuidOfMessage } from './values.ts';
import { writtenForm } from './written/written-form.ts';

export type BodyWriter = Fill;

/**
 * The error for a body that is not JSON, or that cannot carry an identity. The message says what is wrong and
 * what was expected.
 */
export class BodyError extends Error {}

/** A JSON object of the plan, with variables that are filled in for each message. */
export interface JsonTemplate extends BodyTemplate {
  /** The text as written, split at each variable. */
  readonly segments: readonly TemplateSegment[];
  /** The canonical form of the text (RFC 8785), split at each variable. */
  readonly canonical: readonly TemplateSegment[];
}

/**
 * Reads the text of a body as a template of a JSON object.
 * @param own the variables of the plan
 * @throws BodyError if the text is not an object, uses the reserved key, or has a value that JSON may change
 */
export function jsonTemplate(body: string, own: readonly PlanVariable[] = []): JsonTemplate {
  return objectTemplate(standInText(body, own), own);
}

/**
 * Returns the body with a placeholder text (a stand-in) for each variable, so that the body can be parsed as
 * JSON.
 */
export function standInText(body: string, own: readonly PlanVariable[] = []): string {
  return withStandIns(parseTemplate(body, own), body);
}

/** @param text a JSON object in which stand-ins (placeholder texts) replace the variables */
export function objectTemplate(text: string, own: readonly PlanVariable[]): JsonTemplate {
  const segments = cutAtStandIns(text, own);
  const shape = parseObject(text);
  if (shape.names.has(RESERVED_KEY)) {
    throw new BodyError(`the key "${RESERVED_KEY}" is reserved for the message's identity: rename it`);
  }
  const canonicalBody = canonicalText(shape);
  if (canonicalBody === null)
    throw new BodyError(
      'the body has an unpaired surrogate, which JSON cannot carry safely: remove the surrogate',
    );
  const canonical = cutAtStandIns(canonicalBody, own);
  if (canonicalBody === text) return { segments, canonical, shape };
  const head = cutAtStandIns(aroundClaim(text).head, own);
  const addCanonical = writtenForm(head, canonical);
  return { segments, canonical, shape, ...(addCanonical === undefined ? {} : { addCanonical }) };
}

/** Returns a writer of messages with identity and checksum. */
export function messageWriter(template: JsonTemplate, options: FillOptions = {}): BodyWriter {
  const shared = sharedValues(options);
  const fill = filler(template.segments, shared);
  const fillCanonical = filler(template.canonical, shared);
  return (identity, sentAtMs) =>
    writeMessage(fill(identity, sentAtMs), identity, sentAtMs, fillCanonical(identity, sentAtMs));
}

/** Adds shared values to the options, so that all templates of one message get the same values. */
export function sharedValues(options: FillOptions = {}): FillOptions {
  return { ...options, values: options.values ?? new PlanValues(), uuid: options.uuid ?? uuidOfMessage() };
}

function withStandIns(segments: readonly TemplateSegment[], body: string): string {
  if (hasStandInCharacters(body))
    throw new BodyError('a body cannot contain the characters U+E000 to U+E002');
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

function standIn(segment: Exclude<TemplateSegment, { kind: 'text' }>, inString: boolean): string {
  const name = segment.kind === 'own' ? segment.variable.name : segment.name;
  if (segment.kind === 'own' && segment.variable.kind === 'text')
    throw new BodyError(
      'the body gets values while the test runs, so it cannot carry the identity or be compared as JSON',
    );
  if (!inString && isText(segment)) throw new BodyError(`\${${name}} is a text: put it in quotes`);
  return standInFor(name, inString);
}

const TEXTS: readonly Variable[] = ['run', 'uuid', 'qbl.id', 'qbl.hex'];

function isText(segment: Exclude<TemplateSegment, { kind: 'text' }>): boolean {
  if (segment.kind === 'variable') return TEXTS.includes(segment.name);
  return segment.variable.kind !== 'counter' || segment.variable.format !== '';
}

function endsInString(text: string, startsInString: boolean): boolean {
  const quotes = withoutEscapes(text).match(/"/g)?.length ?? 0;
  return startsInString !== (quotes % 2 === 1);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\./gs, '');
}

/**
 * Refuses numbers that do not fit a double, because some parsers would change them. Sources: RFC 8785,
 * section 3.2.2.3; RFC 8259, section 6.
 */
function checkNumbers(text: string, startsInString: boolean): void {
  for (const [index, piece] of withoutEscapes(text).split('"').entries()) {
    if ((index % 2 === 1) !== startsInString) continue;
    for (const [number] of piece.matchAll(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g)) {
      if (significantDigits(String(Number(number))) !== significantDigits(number)) {
        throw new BodyError(
          `the number ${number} has more digits than JSON carries safely: write it as a string`,
        );
      }
    }
  }
}

function significantDigits(number: string): string {
  const mantissa = number.split(/[eE]/)[0] ?? '';
  return mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
}

/**
 * Parses a body in which stand-ins replace the variables.
 * @throws BodyError if the text is not JSON, or has more values than qbl reads
 */
export function parseBody(text: string): Json {
  const parsed = parseJson(text);
  if ('failedAt' in parsed) throw new BodyError(notJson(text, parsed.failedAt));
  if ('hasTooManyValues' in parsed)
    throw new BodyError(`the body has more than ${formatCount(MAX_JSON_VALUES)} values`);
  return parsed.value;
}

function parseObject(text: string): JsonObject {
  const value = parseBody(text);
  if (!(value instanceof JsonObject))
    throw new BodyError(`the body is ${kindOf(value)}: expected an object {…}, which can carry an identity`);
  checkKeys(value);
  return value;
}

const EXCERPT_LENGTH = 20;

function notJson(text: string, failedAt: number): string {
  const line = text.slice(0, failedAt).split('\n').length;
  const rest = withVariables(text.slice(failedAt)).split('\n')[0]?.slice(0, EXCERPT_LENGTH) ?? '';
  const where =
    failedAt >= text.length
      ? 'the text ends too early'
      : `unexpected ${JSON.stringify(rest)} in line ${line} of the body`;
  return `the body is not JSON (${where}): expected an object such as {"id": "\${thread}-\${loop}"}`;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return 'an array';
  return `the ${typeof value} ${withVariables(JSON.stringify(value)).slice(0, EXCERPT_LENGTH)}`;
}

/**
 * Refuses variables in keys. Keys are sorted before variables are filled in, so a variable could change their
 * order.
 */
export function checkKeys(body: Json): void {
  const pending: Json[] = [body];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next instanceof JsonObject && [...next.names].some(hasStandInCharacters))
      throw new BodyError('a key contains a variable: use variables only in values');
    for (const child of childrenOf(next)) pending.push(child);
  }
}
