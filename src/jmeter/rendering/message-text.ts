import { RESERVED_KEY } from '../../message/identity.ts';
import { placementOf } from '../../plan/placements.ts';
import { type Plan, type Request, sampleColumns } from '../../plan/plan.ts';
import { contentTemplate } from '../../plan/template/content.ts';
import { headersOf } from '../../plan/template/headers.ts';
import { type PlacedBody, placedBody } from '../../plan/template/placed-body.ts';
import { parseTemplate, type TemplateSegment, type Variable } from '../../plan/template/template.ts';
import { functionText, type ValuePiece } from '../elements/functions.ts';
import { pathTemplate } from './url.ts';

export type NamedValue = readonly [name: string, value: string];

/** The message of a request, written in JMeter's language of variables and functions. */
export interface MessageText {
  /**
   * Variables that JMeter sets in order, right before each sample. A later variable can use an earlier one.
   */
  readonly variables: readonly NamedValue[];
  readonly path: string;
  readonly headers: readonly NamedValue[];
  /** The body of the request. Null if the request has none. */
  readonly body: string | null;
}

/** The position of a request in its plan: the group in the plan, and the request in the group. Both count from 1. */
export interface RequestPlace {
  readonly group: number;
  readonly request: number;
}

/** For each variable of a template, the text that JMeter replaces by the value of the variable. */
const CALLS: Readonly<Record<Variable, string>> = {
  run: '${run}',
  thread: '${__threadNum}',
  loop: '${loop}',
  uuid: '${uuid}',
  now: '${now}',
  'qbl.id': '${qbl.id}',
  'qbl.hex': '${qbl.hex}',
  'qbl.number': '${qbl.number}',
};
/**
 * JMeter calls a function again each time that a text mentions the function. So a value that must be the same
 * everywhere is stored in a variable.
 */
const NOW: NamedValue = ['now', '${__time()}'];

/** Returns the message of a request. JMeter then sends the same message as `blast`. */
export function messageText(request: Request, place: RequestPlace, plan: Plan): MessageText {
  const template = (text: string) => parseTemplate(text, plan.variables);
  const path = pathTemplate(request.url, plan);
  const headers = headersOf(request).map(([name, value]) => [name, template(value)] as const);
  const body = bodySegments(request, plan);
  const placed = placedOf(request, plan);
  const all = [path, ...headers.map(([, value]) => value), body ?? []].flat();
  const ofBody = placed === null ? null : withIdentity(placed, place);
  const usesNow = ofBody !== null || all.some((segment) => isVariable(segment, 'now'));
  return {
    variables: [
      ...uuids(all),
      ...(usesNow ? [NOW] : []),
      ...(ofBody?.variables ?? []),
      ...contentVariables(request, plan),
      ...requestVariable(place, plan),
    ],
    path: textOf(path),
    headers: headers.map(([name, value]) => [name, textOf(value)]),
    body: ofBody?.body ?? (body === null ? null : textOf(body)),
  };
}

/** The body as it is written in the plan, split at its variables. Null if the request has no body. */
function bodySegments({ body }: Request, { variables }: Plan): readonly TemplateSegment[] | null {
  return body === null ? null : parseTemplate(body, variables);
}

/**
 * Returns the body and the place of the reserved key in it. Null if the identity of the request is not under that
 * key.
 */
function placedOf(request: Request, plan: Plan): PlacedBody | null {
  const placement = placementOf(plan, request);
  if (placement.kind !== 'body' || request.body === null) return null;
  return placedBody(request.body, placement.pointer, plan.variables);
}

/**
 * Writes the same text as message/write.ts. Fields and canonical form are stored in variables, because
 * parameters of `__digest` cannot contain every character: FunctionParser.parseParams has no escape for a
 * parenthesis.
 */
function withIdentity(
  { before, message, after }: PlacedBody,
  { group, request }: RequestPlace,
): Pick<MessageText, 'variables' | 'body'> {
  const { fields, tail } = beforeClaim(message.segments);
  const separator = /^\s*\{\s*$/.test(textOf(fields)) ? '' : ',';
  const sum = `\${__digest(MD5,\${canonical}|\${run}|${group}|\${__threadNum}|\${loop}|${request}|\${now},,,)}`;
  return {
    variables: [
      ['fields', textOf([...before, ...fields])],
      ['canonical', textOf(message.canonical)],
      ['sum', sum],
    ],
    body: `\${fields}${separator}"${RESERVED_KEY}":{"run":"\${run}","group":${group},"thread":\${__threadNum},"loop":\${loop},"request":${request},"sentAt":"\${now}","sum":"\${sum}"}${besideCalls([{ kind: 'text', text: tail }, ...after])}`,
  };
}

/**
 * Returns the variable with the hash of the content, which JMeter saves with each sample. Every request sets this
 * variable. Otherwise, a row would repeat the hash of another request.
 */
function contentVariables(request: Request, plan: Plan): NamedValue[] {
  if (!sampleColumns(plan).includes('content')) return [];
  const template = contentTemplate(plan, request);
  if (template === null) return [['content', '']];
  return [
    ['contentText', textOf(template)],
    ['content', '${__digest(MD5,${contentText},,,)}'],
  ];
}

/** Returns the variable with the number of the request, which JMeter saves with each sample. */
function requestVariable({ request }: RequestPlace, plan: Plan): NamedValue[] {
  return sampleColumns(plan).includes('request') ? [['request', String(request)]] : [];
}

/** Splits an object before its closing brace. The closing brace is always in the last segment. */
function beforeClaim(segments: readonly TemplateSegment[]) {
  const last = segments.at(-1);
  if (last?.kind !== 'text') throw new TypeError('the body is not an object');
  const end = last.text.lastIndexOf('}');
  const text = last.text.slice(0, end);
  return { fields: [...segments.slice(0, -1), { kind: 'text', text } as const], tail: last.text.slice(end) };
}

/** Returns a variable with a version 4 UUID for each UUID variable of a template. */
function uuids(segments: readonly TemplateSegment[]): NamedValue[] {
  const names = segments.flatMap((segment) => {
    if (isVariable(segment, 'uuid')) return ['uuid'];
    return segment.kind === 'own' && segment.variable.kind === 'uuid' ? [segment.variable.name] : [];
  });
  return [...new Set(names)].map((name) => [name, '${__UUID()}']);
}

function isVariable(segment: TemplateSegment, name: Variable): boolean {
  return segment.kind === 'variable' && segment.name === name;
}

function textOf(segments: readonly TemplateSegment[]): string {
  return functionText(segments.map(pieceOf));
}

/**
 * Returns the text of template pieces that share a property with functions or variables. JMeter unescapes the whole
 * text of such a property.
 */
function besideCalls(segments: readonly TemplateSegment[]): string {
  return functionText([{ call: '' }, ...segments.map(pieceOf)]);
}

function pieceOf(segment: TemplateSegment): ValuePiece {
  if (segment.kind === 'text') return { text: segment.text };
  return { call: segment.kind === 'variable' ? CALLS[segment.name] : `\${${segment.variable.name}}` };
}
