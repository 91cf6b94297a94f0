import { RESERVED_KEY } from '../message/identity.ts';
import { jsonTemplate } from '../plan/body-template.ts';
import type { Request } from '../plan/plan.ts';
import { parseTemplate, type Segment, type Variable } from '../plan/template.ts';
import { functionText, type Piece } from './functions.ts';

/** A request's body in JMeter's language, and the variables that are set right before each sample. */
export interface MessageText {
  /** Name and value in their order; a later one may mention an earlier one. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Null: no body. */
  readonly body: string | null;
}

/** Where JMeter has what a body is filled with. */
const CALLS: Readonly<Record<Variable, string>> = {
  run: '${run}',
  thread: '${__threadNum}',
  loop: '${loop}',
  uuid: '${uuid}',
  now: '${now}',
};
/** Functions run again at each mention, so that what has one value for a message is put into a variable. */
const UUID = ['uuid', '${__UUID()}'] as const;
const NOW = ['now', '${__time()}'] as const;

/** The message of `request`; both numbers from 1. `identity` as in the plan. */
export function messageText(
  { body }: Request,
  group: number,
  request: number,
  identity: boolean,
): MessageText {
  if (body === null) return { variables: [], body: null };
  return identity
    ? withIdentity(jsonTemplate(body).segments, group, request)
    : withoutIdentity(parseTemplate(body));
}

/**
 * The same text as message/write.ts makes. The fields stand in a variable, because text among the parameters of
 * `__digest` could not hold every character: FunctionParser.parseParams has no escape for a parenthesis.
 */
function withIdentity(segments: readonly Segment[], group: number, request: number): MessageText {
  const pieces = segments.map(pieceOf);
  const fields = functionText(withoutLastBrace(pieces));
  const separator = fields === '{' ? '' : ',';
  const sum = `\${__digest(MD5,\${fields}}|\${run}|${group}|\${__threadNum}|\${loop}|${request}|\${now},,,)}`;
  return {
    variables: [...valuesUsed(segments), NOW, ['fields', fields], ['sum', sum]],
    body: `\${fields}${separator}"${RESERVED_KEY}":{"run":"\${run}","group":${group},"thread":\${__threadNum},"loop":\${loop},"request":${request},"sentAt":\${now},"sum":"\${sum}"}}`,
  };
}

function withoutIdentity(segments: readonly Segment[]): MessageText {
  const now = segments.some((segment) => segment.kind === 'variable' && segment.name === 'now') ? [NOW] : [];
  return { variables: [...valuesUsed(segments), ...now], body: functionText(segments.map(pieceOf)) };
}

function valuesUsed(segments: readonly Segment[]): (readonly [string, string])[] {
  return segments.some((segment) => segment.kind === 'variable' && segment.name === 'uuid') ? [UUID] : [];
}

function pieceOf(segment: Segment): Piece {
  if (segment.kind === 'text') return { text: segment.text };
  if (segment.kind === 'variable') return { call: CALLS[segment.name] };
  throw new TypeError('a variable that JMeter does not have');
}

/** A JSON object ends with text. */
function withoutLastBrace(pieces: readonly Piece[]): Piece[] {
  const last = pieces.at(-1);
  if (last === undefined || !('text' in last)) throw new TypeError('the body is no object');
  return [...pieces.slice(0, -1), { text: last.text.slice(0, -1) }];
}
