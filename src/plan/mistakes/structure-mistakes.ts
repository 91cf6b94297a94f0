import type { z } from '../../schema/zod.ts';
import { PLAN_FIELDS } from '../schema.ts';
import type { Mistake } from './mistake.ts';
import { nearestName } from './suggest.ts';

export function structureMistakes(issues: readonly z.core.$ZodIssue[]): Mistake[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: unknownField(key, issue.path),
      }));
    return [{ path: issue.path, message: issue.message + notValue(issue.path, issue.input) }];
  });
}

function unknownField(key: string, path: readonly PropertyKey[]): string {
  const above = path.findLast((part) => typeof part === 'string') ?? '';
  const known = PLAN_FIELDS[above] ?? [];
  const nearest = nearestName(key, known);
  return `a plan has no such field${nearest === null ? '' : `: did you mean ${nearest}?`}`;
}

/** Fields whose values are never shown, because headers, bodies and URLs can contain passwords. */
const NOT_SHOWN = ['headers', 'body', 'url', 'hops'];
const MAX_LENGTH = 40;

/** Describes the value that was found. Empty if no value was found. */
function notValue(path: readonly PropertyKey[], value: unknown): string {
  if (value === undefined || path.some((part) => NOT_SHOWN.includes(String(part)))) return '';
  if (typeof value === 'object' && value !== null) {
    const article = Object.keys(value).length === 0 ? 'an empty' : 'a';
    return `, not ${article} ${Array.isArray(value) ? 'list' : 'mapping'}`;
  }
  const text = JSON.stringify(value) ?? String(value);
  return `, not ${text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text}`;
}
