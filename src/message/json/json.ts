/** A JSON value as it was written: an object keeps its members in their order, and repeated names too. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export type JsonMember = readonly [name: string, value: Json];

/** RFC 8259 leaves open which of several members of a name counts, so none of them is dropped. */
export class JsonObject {
  readonly members: readonly JsonMember[];

  constructor(members: readonly JsonMember[]) {
    this.members = members;
  }

  /** The values of a name: one, unless it is missing or repeated. */
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

/** The values directly in a value. */
export function childrenOf(json: Json): readonly Json[] {
  if (json instanceof JsonObject) return json.members.map(([, value]) => value);
  return isArray(json) ? json : [];
}

export function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
