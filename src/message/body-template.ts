import type { JsonObject } from './json/json.ts';

/** What the messages of one request of a plan have as their body. */
export interface BodyTemplate {
  /** The object with stand-ins for what is filled in: its names are what the plan sends. */
  readonly shape: JsonObject;
  /**
   * The canonical form of fields that stand as the plan writes them, up to the comma or brace before the reserved key,
   * without reading JSON; null for any other text. Bytes as latin1. Absent: the plan writes them in canonical form.
   */
  readonly canonicalOf?: (fields: string) => string | null;
}

/** The bodies of a run's plan. */
export interface BodyTemplates {
  /** By thread group and request. Null: the plan has no JSON object there; `unknown`: there is no plan. */
  of(group: number, request: number): BodyTemplate | null | 'unknown';
  all(): readonly BodyTemplate[];
}
