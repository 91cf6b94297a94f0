import { parseDocument } from 'yaml';
import type { Json } from '../../message/json/json.ts';
import { parseJson } from '../../message/json/parse-json.ts';
import { type JsonPointer, valueAt } from '../../message/json/pointer.ts';

/** A value in a JSON text, and its position in the text. `end` is the position after its last character. */
export interface JsonSpan {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
}

/** Finds the value at the pointer. Null if the text is not JSON, or has no such value. */
export function spanAt(text: string, pointer: JsonPointer): JsonSpan | null {
  const parsed = parseJson(text);
  const value = 'value' in parsed ? valueAt(parsed.value, pointer) : undefined;
  if (value === undefined) return null;
  // Uses a YAML parser, because it reports where each value begins and ends. Every JSON text is also YAML.
  const document = parseDocument(text, { schema: 'json', uniqueKeys: false, logLevel: 'silent' });
  const node = pointer.length === 0 ? document.contents : document.getIn(pointer, true);
  const range = hasRange(node) ? node.range : null;
  return range === null ? null : { value, start: range[0], end: range[1] };
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
