import { RESERVED_KEY } from '../../message/identity.ts';

/** The key of a message by its JSON; null: it has none, and belongs to no order. */
export type KeyOf = (json: unknown) => string | null;

/** Kafka takes longer ones; a key is there to be compared. */
const MAX_KEY_LENGTH = 1_024;

/**
 * Reads keys from `thread`, the thread that sent a message, or from a path such as `customer.id`, whose value has to
 * be a text or a number.
 * @param from null: no message has a key
 */
export function keyReader(from: string | null): KeyOf {
  if (from === null) return () => null;
  if (from === 'thread') return threadKey;
  const path = from.split('.');
  return (json) => keyText(path.reduce<unknown>(field, json));
}

/** Unlike a thread's number alone, the key tells thread groups apart. */
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
