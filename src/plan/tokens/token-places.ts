import { spanAt } from '../../message/json/json-span.ts';
import { type JsonPointer, pointerText } from '../../message/json/pointer.ts';
import type { Placement } from '../../message/placement.ts';
import type { PlanVariable } from '../language/plan-variables.ts';
import { placementOf } from '../placements.ts';
import type { Plan, Request } from '../plan.ts';
import { BodyError, standInText } from '../template/body-template.ts';
import { withVariables } from '../template/stand-ins.ts';

/**
 * A value for the header `traceparent`. The token of 16 bytes is its trace ID, and the span ID can be any
 * number. Source: W3C Trace Context, section 3.2.
 */
const TRACEPARENT = '00-${qbl.hex}-0000000000000001-01';

/**
 * Returns the plan with each token in its place: in the header, or in the field of the body. The code that
 * sends or renders the plan then fills in the token like any other variable.
 * @throws BodyError if a header or field already has a value (see `tokenMistake`)
 */
export function withTokens(plan: Plan): Plan {
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) =>
        withToken(request, placementOf(plan, request), plan.variables),
      ),
    })),
  };
}

/**
 * Writes the token into one request.
 * @throws BodyError if the header or field already has a value
 */
export function withToken(
  request: Request,
  placement: Placement,
  own: readonly PlanVariable[] = [],
): Request {
  if (placement.kind === 'header') return withHeader(request, placement.name);
  if (placement.kind !== 'field') return request;
  return { ...request, body: withField(request.body, placement.pointer, own) };
}

type Templates = Pick<Request, 'url' | 'headers' | 'body'>;

/** Whether the URL, a header or the body of the request contains the token. */
export function mentionsToken(request: Templates): boolean {
  return mentions(request, '${qbl.');
}

/** Whether the request writes its token as a whole number. */
export function mentionsNumber(request: Templates): boolean {
  return mentions(request, '${qbl.number}');
}

function mentions({ url, headers, body }: Templates, text: string): boolean {
  return [url, body ?? '', ...Object.values(headers)].some((template) => template.includes(text));
}

function withHeader(request: Request, name: string): Request {
  const written = Object.entries(request.headers).find(([each]) => each.toLowerCase() === name.toLowerCase());
  if (written?.[1].includes('${qbl.') === true) {
    checkNumber(written[1], `the header ${written[0]}`);
    return request;
  }
  if (written !== undefined)
    throw new BodyError(
      `the header ${written[0]} carries the identity: write \${qbl.id} in its value, or remove it`,
    );
  return { ...request, headers: { ...request.headers, [name]: tokenValue(name) } };
}

/** The template of the value of a header that carries the token. */
export function tokenValue(header: string): string {
  return header.toLowerCase() === 'traceparent' ? TRACEPARENT : '${qbl.id}';
}

function withField(body: string | null, pointer: JsonPointer, own: readonly PlanVariable[]): string {
  const name = pointerText(pointer);
  if (body === null)
    throw new BodyError(`expected a JSON body with the field ${name}, which carries the identity`);
  const text = standInText(body, own);
  const span = spanAt(text, pointer);
  if (span === null) throw new BodyError(`the body has no field ${name}, which carries the identity`);
  const written = withVariables(text.slice(span.start, span.end));
  if (written.includes('${qbl.')) {
    checkNumber(written.replace(/^"(.*)"$/s, '$1'), `its field ${name}`);
    return body;
  }
  const before = withVariables(text.slice(0, span.start));
  return `${before}${tokenFor(span.value, written, name)}${withVariables(text.slice(span.end))}`;
}

/**
 * Returns the token in the form of the value that it replaces. A number stays a number, so that a strict
 * schema accepts it.
 */
function tokenFor(value: unknown, written: string, name: string): string {
  if (typeof value === 'number' || (typeof value === 'string' && !written.startsWith('"')))
    return '${qbl.number}';
  if (typeof value === 'string') return '"${qbl.id}"';
  throw new BodyError(
    `the field ${name} carries the identity: expected a text or a whole number in this field`,
  );
}

/**
 * Refuses a number token inside a longer text, because `verify` cannot distinguish it from other numbers in the
 * text.
 */
function checkNumber(value: string, where: string): void {
  const isAlone = value.trim() === '${qbl.number}';
  if (value.includes('${qbl.number}') && !isAlone && !/\$\{qbl\.(id|hex)\}/.test(value))
    throw new BodyError(
      `${where} has \${qbl.number} within a text: write only \${qbl.number}, or use \${qbl.id}`,
    );
}
