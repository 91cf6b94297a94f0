import { printable } from '../../../printable.ts';

/** Name of an AMQP reply code, such as NOT_FOUND, or Node's error code. Null if there is none. */
export function codeOf(error: unknown): string | null {
  const code: unknown = Reflect.get(Object(error), 'code');
  return typeof code === 'string' ? code : null;
}

/** One line for people. It can contain text from the broker. */
export function describeRabbitmqError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // After several addresses failed, Node's message is empty (AggregateError). Show the code instead.
  return printable(message === '' ? (codeOf(error) ?? 'no connection') : message);
}
