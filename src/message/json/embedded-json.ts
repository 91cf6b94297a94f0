import { type Parsed, parseJson } from './parse-json.ts';

/** A text that may be damaged JSON, and the position where parsing fails. */
export interface BrokenText {
  readonly text: string;
  readonly failedAt: number;
}

const BYTE_ORDER_MARK = '\ufeff';
const MAY_BE_JSON = /^\s*["{[]/;

/** Parses a JSON text that is inside a string of another JSON text. A byte order mark may stand before it. */
export function parseEmbedded(embedded: string): Exclude<Parsed, { readonly failedAt: number }> | BrokenText {
  const text = embedded.startsWith(BYTE_ORDER_MARK) ? embedded.slice(1) : embedded;
  const parsed = MAY_BE_JSON.test(text) ? parseJson(text) : { failedAt: 0 };
  return 'failedAt' in parsed ? { text, ...parsed } : parsed;
}
