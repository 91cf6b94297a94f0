import { RESERVED_KEY } from '../../message/identity.ts';

/**
 * Returns the key of a message, read from its JSON. Null if the message has no key. The queue need not keep the order
 * of messages without a key.
 */
export type KeyOf = (json: unknown) => string | null;

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
  if (from === 'thread') return threadKey;
  const path = from.split('.');
  return (json) => keyText(path.reduce<unknown>(field, json));
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

function keyText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= MAX_KEY_LENGTH ? value : null;
}
