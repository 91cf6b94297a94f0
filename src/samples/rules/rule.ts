/**
 * Rules that decide the outcome of a response instead of the default rule. The list for an outcome replaces only the
 * default rule for this outcome.
 */
export interface OutcomeRules {
  /** A response that matches one of these rules is acked, except if it also matches a rule of `rejected`. */
  readonly acked?: readonly ResponseRule[];
  /** A response that matches one of these rules is rejected. */
  readonly rejected?: readonly ResponseRule[];
}

/** A response matches if all parts of the rule match. */
export interface ResponseRule {
  /** The status is in one of these ranges. */
  readonly status?: readonly StatusRange[];
  /** Conditions on values of the body. The keys are JSON pointers (RFC 6901). */
  readonly json?: Readonly<Record<string, Condition<JsonValue>>>;
  /** Conditions on headers. The case of letters in names does not matter. */
  readonly header?: Readonly<Record<string, Condition<string>>>;
}

/** A range of statuses. It includes the first and the last status. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** A condition on a value. The value must be one of a list, or it must be present or missing. */
export type Condition<T> = { readonly oneOf: readonly T[] } | { readonly present: boolean };

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
