/** A JSON value. Objects keep their members in the original order, including repeated names. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export type JsonMember = readonly [name: string, value: Json];

/**
 * A JSON object. RFC 8259 does not define which of several members with the same name counts, so all of them
 * are kept.
 */
export class JsonObject {
  readonly members: readonly JsonMember[];

  constructor(members: readonly JsonMember[]) {
    this.members = members;
  }

  /** Returns all values with this name. There is one value, unless the name is missing or repeated. */
  all(name: string): readonly Json[] {
    return this.members.filter(([each]) => each === name).map(([, value]) => value);
  }

  get names(): ReadonlySet<string> {
    return new Set(this.members.map(([name]) => name));
  }

  without(name: string): JsonObject {
    return new JsonObject(this.members.filter(([each]) => each !== name));
  }
}

export function childrenOf(json: Json): readonly Json[] {
  if (json instanceof JsonObject) return json.members.map(([, value]) => value);
  return isArray(json) ? json : [];
}

export function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
