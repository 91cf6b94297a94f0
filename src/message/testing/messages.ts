import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { BodyTemplates } from '../body-template.ts';
import type { Identity } from '../identity.ts';
import { JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import { MessageReader } from '../reading/read.ts';
import { writeMessage } from '../write.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const RUN = 'run-1';

/** Any fields of a body that a sender can send. */
export const fields = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }))
  .map((object) => JSON.parse(JSON.stringify(object)) as Fields)
  .filter((object) => !Object.hasOwn(object, 'qbl') && !JSON.stringify(object).includes('\\ud'));

export const identity: Identity = { run: RUN, group: 1, thread: 7, loop: 3, request: 1 };
/** The bodies of a plan with one request. Null stands for a request whose body is not a JSON object. */
const bodies = (template: Fields | null): BodyTemplates => {
  const parsed = parseJson(JSON.stringify(template));
  const all = 'value' in parsed && parsed.value instanceof JsonObject ? [{ shape: parsed.value }] : [];
  return { of: () => all[0] ?? null, all: () => all };
};
export const reader = (template: Fields | null = { a: 1 }, run = RUN) =>
  new MessageReader(new Map([[run, bodies(template)]]));
export const sent = (object: Fields, of: Identity = identity, at = 1700000000000.251) =>
  writeMessage(canonicalize(object) ?? '', of, at);
export const read = (value: unknown, template: Fields | null = { a: 1 }) =>
  reader(template).read(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([key, child]) => [key, sortedKeys(child)]),
  );
}
