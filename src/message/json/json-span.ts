import type { Json } from './json.ts';
import { parseJson } from './parse-json.ts';
import { type JsonPointer, valueAt } from './pointer.ts';

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
  let start = afterSpace(text, 0);
  for (const part of pointer)
    start = text[start] === '{' ? memberAt(text, start, part) : itemAt(text, start, part);
  return { value, start, end: endOfValue(text, start) };
}

/** Returns where the value of a member begins. The text is valid JSON, and the object has the member. */
function memberAt(text: string, object: number, name: string): number {
  let at = afterSpace(text, object + 1);
  for (;;) {
    const nameEnd = endOfValue(text, at);
    const value = afterSpace(text, afterSpace(text, nameEnd) + 1);
    if (JSON.parse(text.slice(at, nameEnd)) === name) return value;
    at = afterComma(text, value);
  }
}

/** Returns where an item begins. The text is valid JSON, and the array has the item. */
function itemAt(text: string, array: number, index: string): number {
  let at = afterSpace(text, array + 1);
  for (let left = Number(index); left > 0; left--) at = afterComma(text, at);
  return at;
}

/** Returns where the next member or item begins. */
function afterComma(text: string, value: number): number {
  return afterSpace(text, afterSpace(text, endOfValue(text, value)) + 1);
}

const SPACE = /[ \t\n\r]*/y;
/**
 * Matches one piece of an array or object: a string, a bracket, or the text between them. To find the end of the array
 * or object, only the brackets outside strings count.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^"[\]{}]+/y;
const SCALAR = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,[\]{}:"]+/y;

function afterSpace(text: string, at: number): number {
  return endOf(SPACE, text, at);
}

function endOfValue(text: string, start: number): number {
  if (text[start] !== '{' && text[start] !== '[') return endOf(SCALAR, text, start);
  let depth = 0;
  for (let at = start; ; ) {
    const end = endOf(TOKEN, text, at);
    if (text[at] === '{' || text[at] === '[') depth++;
    if (text[at] === '}' || text[at] === ']') depth--;
    if (depth === 0) return end;
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
