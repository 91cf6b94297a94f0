import { RESERVED_KEY } from './identity.ts';

/** A JSON value as `JSON.parse` makes it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields beside the reserved key. */
export function fieldsOf(object: JsonObject): JsonObject {
  const { [RESERVED_KEY]: _, ...fields } = object;
  return fields;
}

/**
 * What of a received value the plan sent: the keys that a template of the same body has, at every depth.
 * Fields that a proxy added fall away; arrays keep all their elements, because their length is sent too.
 */
export function project(value: Json, template: Json | undefined): Json {
  if (isObject(value) && isObject(template)) {
    const kept = Object.keys(template).filter((key) => Object.hasOwn(value, key));
    return Object.fromEntries(kept.map((key) => [key, project(value[key] ?? null, template[key])]));
  }
  if (Array.isArray(value) && Array.isArray(template)) {
    return value.map((element, index) => project(element, template[index]));
  }
  return value;
}
