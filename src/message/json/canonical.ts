import { isArray, type Json, type JsonMember, JsonObject } from './json.ts';

/** An array or object that is partly written. */
interface Frame {
  readonly values: readonly Json[];
  /** The sorted names of an object. Null for an array. */
  readonly names: readonly string[] | null;
  readonly template: Json | undefined;
  written: number;
}

/**
 * Writes a value in canonical form (RFC 8785). Equal values get the same text, whatever their original spacing or
 * order. The RFC does not define repeated names; all of them are kept, in their original order. There is no recursion,
 * so deep nesting is safe.
 * @param template the original value: objects are written with only the names that they have in the template
 * @returns null if there is no canonical form: a lone surrogate, or a number too large for a double
 */
export function canonicalText(json: Json, template?: Json): string | null {
  const open: Frame[] = [];
  let text = '';
  let value = json;
  let model = template;
  for (;;) {
    const frame = frameOf(value, model);
    if (frame !== null) {
      open.push(frame);
      text += frame.names === null ? '[' : '{';
    } else {
      const scalar = scalarText(value);
      if (scalar === null) return null;
      text += scalar;
    }
    let last = open.at(-1);
    while (last !== undefined && last.written === last.values.length) {
      text += last.names === null ? ']' : '}';
      open.pop();
      last = open.at(-1);
    }
    if (last === undefined) return text;
    const index = last.written++;
    if (index > 0) text += ',';
    const name = last.names?.[index];
    const nameText = name === undefined ? '' : scalarText(name);
    if (nameText === null) return null;
    if (name !== undefined) text += `${nameText}:`;
    value = last.values[index] ?? null;
    model = modelOf(last.template, name ?? index);
  }
}

function frameOf(value: Json, template: Json | undefined): Frame | null {
  if (isArray(value)) return { values: value, names: null, template, written: 0 };
  if (!(value instanceof JsonObject)) return null;
  const members = sorted(template instanceof JsonObject ? common(value, template) : value.members);
  return {
    values: members.map(([, each]) => each),
    names: members.map(([name]) => name),
    template,
    written: 0,
  };
}

function common(value: JsonObject, template: JsonObject): readonly JsonMember[] {
  const { names } = template;
  return value.members.filter(([name]) => names.has(name));
}

/**
 * Sorts names by UTF-16 code units (RFC 8785, section 3.2.3). JavaScript compares strings in this way. Equal
 * names keep their order.
 */
function sorted(members: readonly JsonMember[]): readonly JsonMember[] {
  return members.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function modelOf(template: Json | undefined, at: string | number): Json | undefined {
  if (typeof at === 'string') return template instanceof JsonObject ? template.all(at).at(-1) : undefined;
  return template !== undefined && isArray(template) ? template[at] : undefined;
}

const LONE_SURROGATE = /\p{Cs}/u;

/** Writes a string or number. ECMAScript writes both as RFC 8785 requires: -0 as 0, and 1.0 as 1. */
function scalarText(value: Json): string | null {
  if (typeof value === 'string') return LONE_SURROGATE.test(value) ? null : JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return String(value);
}
