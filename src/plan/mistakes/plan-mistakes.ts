import { placementOf } from '../placements.ts';
import type { Plan, Request, ThreadGroup } from '../plan.ts';
import { BodyError } from '../template/body-template.ts';
import { placedBody } from '../template/placed-body.ts';
import { parseTemplate, TemplateError } from '../template/template.ts';
import { hopMistakes } from './hop-mistakes.ts';
import type { Mistake } from './mistake.ts';
import { tokenMistakes } from './token-mistakes.ts';

const OR_NO_IDENTITY = '(or choose another --identity, or --no-identity; then verify only counts messages)';

/**
 * Checks two things that are known only after the command line has changed the plan. The templates must be
 * valid, and every group must end, except if the run is stopped by the user.
 */
export function planMistakes(plan: Plan): Mistake[] {
  const ofTemplates = templateMistakes(plan);
  return ofTemplates.length > 0 ? ofTemplates : [...tokenMistakes(plan), ...hopMistakes(plan)];
}

function templateMistakes(plan: Plan): Mistake[] {
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

type Templates = Pick<Request, 'url' | 'headers' | 'body' | 'identity'>;

export function requestMistakes(
  request: Templates,
  plan: Pick<Plan, 'identity' | 'variables'>,
  path: readonly PropertyKey[],
): Mistake[] {
  const templates = [
    { field: ['url'], message: urlMistake(request.url, plan) },
    ...Object.entries(request.headers).map(([name, value]) => ({
      field: ['headers', name],
      message: templateMistake(() => parseTemplate(value, plan.variables)),
    })),
    { field: ['body'], message: bodyMistake(request, plan) },
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

function bodyMistake(request: Templates, plan: Pick<Plan, 'identity' | 'variables'>): string | null {
  const { body } = request;
  const placement = placementOf(plan, request);
  if (placement.kind === 'body' && body === null)
    return `expected a JSON object, which carries the message's identity ${OR_NO_IDENTITY}`;
  return templateMistake(() => {
    if (body === null) return;
    if (placement.kind === 'body') placedBody(body, placement.pointer, plan.variables);
    else parseTemplate(body, plan.variables);
  });
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
