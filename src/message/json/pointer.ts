import { isArray, type Json, JsonObject } from './json.ts';

/** The names and list indexes of a JSON pointer (RFC 6901), unescaped. An empty list means the whole value. */
export type JsonPointer = readonly string[];

/** Parses a JSON pointer. Null if the text is not a JSON pointer. */
export function parsePointer(text: string): JsonPointer | null {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return null;
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerText(pointer: JsonPointer): string {
  return pointer.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/**
 * What a JSON pointer leads to. It can lead to a repeated name. Then no value is returned, because RFC 8259 does not
 * define which of the values counts.
 */
export type Pointed =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'missing' }
  /** A name on the way is repeated. */
  | { readonly kind: 'repeated' };

const MISSING: Pointed = { kind: 'missing' };
const REPEATED: Pointed = { kind: 'repeated' };

export function pointedAt(json: Json, pointer: JsonPointer): Pointed {
  let value = json;
  for (const part of pointer) {
    const values = childrenAt(value, part);
    const [child] = values;
    if (child === undefined) return MISSING;
    if (values.length > 1) return REPEATED;
    value = child;
  }
  return { kind: 'value', value };
}

/**
 * Returns the value at the pointer. Undefined if no value is there, or if a name on the path to the value is
 * repeated.
 */
export function valueAt(json: Json, pointer: JsonPointer): Json | undefined {
  const pointed = pointedAt(json, pointer);
  return pointed.kind === 'value' ? pointed.value : undefined;
}

function childrenAt(json: Json, part: string): readonly Json[] {
  if (json instanceof JsonObject) return json.all(part);
  const child = isArray(json) && INDEX.test(part) ? json[Number(part)] : undefined;
  return child === undefined ? [] : [child];
}

/**
 * Returns a copy of `json` in which `value` replaces the value at the pointer. There must be a value at the pointer.
 */
export function withValueAt(json: Json, pointer: JsonPointer, value: Json): Json {
  const [part, ...rest] = pointer;
  if (part === undefined) return value;
  const replaced = (child: Json) => withValueAt(child, rest, value);
  if (json instanceof JsonObject)
    return new JsonObject(json.members.map(([name, each]) => [name, name === part ? replaced(each) : each]));
  return isArray(json) ? json.map((each, index) => (index === Number(part) ? replaced(each) : each)) : json;
}
