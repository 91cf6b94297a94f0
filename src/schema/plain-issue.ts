import { plural } from '../plural.ts';
import type { z } from './zod.ts';

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/**
 * Says in plain words what a schema expected, if the schema has no text of its own. The texts of zod would name zod's
 * types. Pass this function to zod as `error` when a value is parsed.
 */
export function plainIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? 'another value'}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${counted(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${counted(issue.maximum, issue.origin)}`;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_key':
      return 'expected another name';
    default:
      return 'expected another value';
  }
}

function counted(limit: number | bigint, origin: string): string {
  if (origin === 'string') return plural(Number(limit), 'character');
  return origin === 'array' || origin === 'set' ? plural(Number(limit), 'item') : limit.toLocaleString('en');
}
