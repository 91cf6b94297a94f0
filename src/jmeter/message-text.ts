import { RESERVED_KEY } from '../message/identity.ts';
import { jsonTemplate } from '../plan/body-template.ts';
import type { Plan, Request } from '../plan/plan.ts';
import { parseTemplate, type Segment, type Variable } from '../plan/template.ts';
import { functionText, type Piece } from './functions.ts';
import { pathTemplate } from './url.ts';

/** Name and value of a variable. */
export type NamedValue = readonly [name: string, value: string];

/** What a request sends, in JMeter's language. */
export interface MessageText {
  /** Set right before each sample, in their order; a later one may mention an earlier one. */
  readonly variables: readonly NamedValue[];
  readonly path: string;
  readonly headers: readonly NamedValue[];
  /** Null: no body. */
  readonly body: string | null;
}

/** Where a request stands in its plan; both numbers from 1. */
export interface RequestPlace {
  readonly group: number;
  readonly request: number;
}

/** Where JMeter has what templates are filled with. */
const CALLS: Readonly<Record<Variable, string>> = {
  run: '${run}',
  thread: '${__threadNum}',
  loop: '${loop}',
  uuid: '${uuid}',
  now: '${now}',
};
/** Functions run again at each mention, so that what has one value for a message is put into a variable. */
const NOW: NamedValue = ['now', '${__time()}'];

/** The message of a request as `blast` sends it. */
export function messageText(request: Request, place: RequestPlace, plan: Plan): MessageText {
  const template = (text: string) => parseTemplate(text, plan.variables);
  const path = pathTemplate(request.url, plan.variables);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, template(value)] as const);
  const body = bodyTemplate(request, plan);
  const all = [path, ...headers.map(([, value]) => value), body ?? []].flat();
  const ofBody = body !== null && plan.identity ? withIdentity(body, place) : null;
  const usesNow = ofBody !== null || all.some((segment) => isVariable(segment, 'now'));
  return {
    variables: [...uuids(all), ...(usesNow ? [NOW] : []), ...(ofBody?.variables ?? [])],
    path: textOf(path),
    headers: headers.map(([name, value]) => [name, textOf(value)]),
    body: ofBody?.body ?? (body === null ? null : textOf(body)),
  };
}

function bodyTemplate({ body }: Request, { identity, variables }: Plan): readonly Segment[] | null {
  if (body === null) return null;
  return identity ? jsonTemplate(body, variables).segments : parseTemplate(body, variables);
}

/**
 * The same text as message/write.ts makes. The fields stand in a variable, because text among the parameters of
 * `__digest` could not hold every character: FunctionParser.parseParams has no escape for a parenthesis.
 */
function withIdentity(
  segments: readonly Segment[],
  { group, request }: RequestPlace,
): Pick<MessageText, 'variables' | 'body'> {
  const fields = functionText(withoutLastBrace(segments.map(pieceOf)));
  const separator = fields === '{' ? '' : ',';
  const sum = `\${__digest(MD5,\${fields}}|\${run}|${group}|\${__threadNum}|\${loop}|${request}|\${now},,,)}`;
  return {
    variables: [
      ['fields', fields],
      ['sum', sum],
    ],
    body: `\${fields}${separator}"${RESERVED_KEY}":{"run":"\${run}","group":${group},"thread":\${__threadNum},"loop":\${loop},"request":${request},"sentAt":"\${now}","sum":"\${sum}"}}`,
  };
}

/** A version 4 UUID for each name of one that is mentioned. */
function uuids(segments: readonly Segment[]): NamedValue[] {
  const names = segments.flatMap((segment) => {
    if (isVariable(segment, 'uuid')) return ['uuid'];
    return segment.kind === 'own' && segment.variable.kind === 'uuid' ? [segment.variable.name] : [];
  });
  return [...new Set(names)].map((name) => [name, '${__UUID()}']);
}

function isVariable(segment: Segment, name: Variable): boolean {
  return segment.kind === 'variable' && segment.name === name;
}

function textOf(segments: readonly Segment[]): string {
  return functionText(segments.map(pieceOf));
}

function pieceOf(segment: Segment): Piece {
  if (segment.kind === 'text') return { text: segment.text };
  return { call: segment.kind === 'variable' ? CALLS[segment.name] : `\${${segment.variable.name}}` };
}

/** A JSON object ends with text. */
function withoutLastBrace(pieces: readonly Piece[]): Piece[] {
  const last = pieces.at(-1);
  if (last === undefined || !('text' in last)) throw new TypeError('the body is no object');
  return [...pieces.slice(0, -1), { text: last.text.slice(0, -1) }];
}
