import type { ChecksumInput } from './bytes/checksum-input.ts';
import type { JsonObject } from './json/json.ts';

export type AddCanonical = (value: Buffer, end: number, input: ChecksumInput) => boolean;

/** The body of the messages that one request of a plan sends. */
export interface BodyTemplate {
  /**
   * The body as a JSON object, with placeholders for the values of variables. Its field names are the names that the
   * plan sends.
   */
  readonly shape: JsonObject;
  /**
   * Adds the fields of a message to the input of its checksum, in canonical form, without parsing JSON. The fields are
   * the bytes before the reserved key, including the comma or brace. Returns false if they do not match the plan. This
   * function is absent if the plan already writes its fields in canonical form.
   * @param end position in the message where the reserved key begins
   */
  readonly addCanonical?: AddCanonical;
}

/** The bodies of a run's plan. */
export interface BodyTemplates {
  /**
   * Finds the body by the numbers of thread group and request. Null if the body of the request is not a JSON object.
   * `unknown` if the plan is not known.
   */
  of(group: number, request: number): BodyTemplate | null | 'unknown';
  all(): readonly BodyTemplate[];
}
