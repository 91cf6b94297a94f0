import type { JsonObject } from './json/json.ts';

/** The body of the messages that one request of a plan sends. */
export interface BodyTemplate {
  /** The body as a JSON object, with placeholder values. Its field names are those that the plan sends. */
  readonly shape: JsonObject;
  /**
   * Converts a message's fields to canonical form without parsing JSON. The input is the text of the message before the
   * reserved key, with the comma or brace before that key. Each character of the input is one byte of the message
   * (latin1). Returns null if the text does not match the plan. This function is absent if the plan already writes its
   * fields in canonical form.
   */
  readonly canonicalOf?: (fields: string) => string | null;
}

/** The bodies of a run's plan. */
export interface BodyTemplates {
  /**
   * Finds the body by thread group and request. Null if the plan has no JSON object there; `unknown` if there is no
   * plan.
   */
  of(group: number, request: number): BodyTemplate | null | 'unknown';
  all(): readonly BodyTemplate[];
}
