import { RESERVED_KEY } from '../identity.ts';
import { JsonObject } from '../json/json.ts';
import type { Found } from './find.ts';

/**
 * Returns true if an object is a damaged copy of a message: it has more than half of the field names of the plan's
 * body. Another object with the same claim can be an event about the message.
 */
export function resembles(object: JsonObject, body: JsonObject): boolean {
  const { names } = object;
  const expected = [...body.names];
  return 2 * expected.filter((name) => names.has(name)).length > expected.length || expected.length === 0;
}

/**
 * Maximum number of added names. With more added names, qbl does not search for a damaged name, because it would
 * have to try every added name.
 */
const MAX_ADDED_NAMES = 32;

/** Returns the possible originals of an object in which one name is damaged. */
export function withNamePutRight({ object, claim }: Found, body: JsonObject): readonly Found[] {
  const [missing, ...others] = [...body.names].filter((name) => !object.names.has(name));
  if (missing === undefined || others.length > 0) return [];
  const { members } = object;
  const { names } = body;
  const damaged = members.flatMap(([name], at) =>
    name !== RESERVED_KEY && (!names.has(name) || object.all(name).length > 1) ? [at] : [],
  );
  return damaged.slice(0, MAX_ADDED_NAMES).map((at) => ({
    object: new JsonObject(
      members.map(([name, value], index) => [index === at ? missing : name, value] as const),
    ),
    claim,
  }));
}
