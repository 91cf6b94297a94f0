import type { Plan, Request, ThreadGroup } from '../plan.ts';
import { BodyError, jsonTemplate } from '../template/body-template.ts';
import { parseTemplate, TemplateError } from '../template/template.ts';
import type { Mistake } from './mistake.ts';

const OR_NO_IDENTITY = '(or add --no-identity; then verify only counts)';

/** Checks the templates, and that every group ends, unless sending is stopped. Both are known only after the command line has changed the plan. */
export function planMistakes(plan: Plan): Mistake[] {
  return plan.threadGroups.flatMap((group, g) => [
    ...(plan.untilStopped ? [] : endMistakes(group, ['threadGroups', g])),
    ...group.requests.flatMap((request, r) =>
      requestMistakes(request, plan, ['threadGroups', g, 'requests', r]),
    ),
  ]);
}

function endMistakes({ loops, durationMs }: ThreadGroup, path: readonly PropertyKey[]): Mistake[] {
  if (loops !== null || durationMs !== null) return [];
  return [{ path: [...path, 'loops'], message: 'expected loops or a duration' }];
}

export function requestMistakes(
  request: Pick<Request, 'url' | 'headers' | 'body'>,
  plan: Pick<Plan, 'identity' | 'variables'>,
  path: readonly PropertyKey[],
): Mistake[] {
  const templates = [
    { field: ['url'], message: urlMistake(request.url, plan) },
    ...Object.entries(request.headers).map(([name, value]) => ({
      field: ['headers', name],
      message: templateMistake(() => parseTemplate(value, plan.variables)),
    })),
    { field: ['body'], message: bodyMistake(request.body, plan) },
  ];
  return templates.flatMap(({ field, message }) =>
    message === null ? [] : [{ path: [...path, ...field], message }],
  );
}

function urlMistake(url: string, { variables }: Pick<Plan, 'variables'>): string | null {
  if (/^[^:]*:\/\/[^/?#]*\$\{/.test(url))
    return 'a variable in the scheme or host is not supported: use it in the path';
  return templateMistake(() => parseTemplate(url, variables));
}

function bodyMistake(
  body: string | null,
  { identity, variables }: Pick<Plan, 'identity' | 'variables'>,
): string | null {
  if (body === null) {
    return identity ? `expected a JSON object, which carries the message's identity ${OR_NO_IDENTITY}` : null;
  }
  return templateMistake(() => (identity ? jsonTemplate : parseTemplate)(body, variables));
}

function templateMistake(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (error instanceof BodyError) return `${error.message} ${OR_NO_IDENTITY}`;
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
