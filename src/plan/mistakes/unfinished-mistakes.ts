import { IN_BODY, type Placement } from '../../message/placement.ts';
import { placement } from '../identity-fields.ts';
import type { PlanOverrides } from '../override.ts';
import { headers, url } from '../schema.ts';
import { isMapping } from './mapping.ts';
import type { Mistake } from './mistake.ts';
import { requestMistakes } from './plan-mistakes.ts';

/**
 * Checks the templates of a plan even if its structure has mistakes, so that the user sees all mistakes at
 * once.
 * @param value the plan as read from the file
 */
export function unfinishedMistakes(value: unknown, overrides: PlanOverrides): Mistake[] {
  if (!isMapping(value)) return [];
  const identity = overrides.identity ?? placement.safeParse(value['identity']).data ?? IN_BODY;
  return listOf(value['threadGroups']).flatMap((group, g) =>
    listOf(isMapping(group) ? group['requests'] : null).flatMap((request, r) =>
      isMapping(request) ? mistakesOf(request, overrides, identity, ['threadGroups', g, 'requests', r]) : [],
    ),
  );
}

/** Checks only fields of the right type. Wrong types are already reported. */
function mistakesOf(
  request: Readonly<Record<string, unknown>>,
  overrides: PlanOverrides,
  identity: Placement,
  path: readonly PropertyKey[],
): Mistake[] {
  const { body = null } = request;
  const readUrl = url.safeParse(request['url']);
  const readHeaders = headers.safeParse(request['headers'] ?? {});
  const isText = typeof body === 'string' || body === null;
  const own = placement.safeParse(request['identity']).data;
  const found = requestMistakes(
    {
      ...(own === undefined ? {} : { identity: own }),
      url: readUrl.data ?? '',
      headers: readHeaders.data ?? {},
      body: typeof body === 'string' ? body : null,
    },
    { identity },
    path,
  );
  const leftOut = overrides.body !== undefined || !isText;
  return leftOut ? found.filter((mistake) => mistake.path.at(-1) !== 'body') : found;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
