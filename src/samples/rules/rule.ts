/** How the outcome of a response is decided instead of the default rule. A list replaces the default of its word. */
export interface OutcomeRules {
  /** A response that matches one of these is acked, unless it is rejected. */
  readonly acked?: readonly ResponseRule[];
  /** A response that matches one of these is rejected. */
  readonly rejected?: readonly ResponseRule[];
}

/** A response matches if all parts of the rule match. */
export interface ResponseRule {
  /** The status is in one of these ranges. */
  readonly status?: readonly StatusRange[];
  /** Conditions on values of the body. The keys are JSON pointers (RFC 6901). */
  readonly json?: Readonly<Record<string, Condition<JsonValue>>>;
  /** Conditions on headers. Names have no case. */
  readonly header?: Readonly<Record<string, Condition<string>>>;
}

/** From the first to the last status, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** The value is one of these, or it is there at all. */
export type Condition<T> = { readonly oneOf: readonly T[] } | { readonly present: boolean };

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
