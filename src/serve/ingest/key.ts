import { RESERVED_KEY } from '../../message/identity.ts';
import { spanAt } from '../../message/json/json-span.ts';
import type { JsonBody } from './content.ts';

/**
 * Returns the key of a message, read from its JSON. Null if the message has no key. The queue need not keep the order
 * of messages without a key.
 */
export type KeyOf = (body: JsonBody) => string | null;

/**
 * Maximum length of a key in characters. Kafka accepts longer keys, but a key only says which messages must
 * keep their order.
 */
const MAX_KEY_LENGTH = 1_024;

/**
 * Returns a function that reads keys: from `thread`, the thread that sent a message, or from a path such as
 * `customer.id`. The value at the path must be a string or a number.
 * @param from the path or `thread`; null if messages have no key
 */
export function keyReader(from: string | null): KeyOf {
  if (from === null) return () => null;
  if (from === 'thread') return ({ json }) => threadKey(json);
  const path = from.split('.');
  return ({ json, text }) => keyText(path.reduce<unknown>(field, json), () => writtenAt(text, path));
}

/** The key of a thread. It includes the thread group, because each group numbers its threads from 1. */
function threadKey(json: unknown): string | null {
  const claim = field(json, RESERVED_KEY);
  const [group, thread] = [field(claim, 'group'), field(claim, 'thread')];
  return typeof group === 'number' && typeof thread === 'number' ? `${group}-${thread}` : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** @param written returns the value as the client wrote it; null if a name on the path is repeated */
function keyText(value: unknown, written: () => string | null): string | null {
  const text = isRounded(value) ? (written() ?? String(value)) : value;
  if (typeof text === 'number') return String(text);
  return typeof text === 'string' && text.length <= MAX_KEY_LENGTH ? text : null;
}

/**
 * Returns true for a number that may have had more digits. A rounded key could be the key of another message too. A
 * compacted topic keeps only one message of each key.
 */
function isRounded(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

function writtenAt(text: string, path: readonly string[]): string | null {
  const span = spanAt(text, path);
  return span === null ? null : text.slice(span.start, span.end);
}
