import { printable } from '../../../printable.ts';

/** Returns the name of an AMQP reply code, such as NOT_FOUND, or Node's error code. Null if the error has no code. */
export function codeOf(error: unknown): string | null {
  const code: unknown = Reflect.get(Object(error), 'code');
  return typeof code === 'string' ? code : null;
}

/** Describes an error in one line for people. The line can contain text from the broker. */
export function describeRabbitmqError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // If every address of a host failed, Node's error has no message (AggregateError). Then the error code is
  // shown.
  return printable(message === '' ? (codeOf(error) ?? 'no connection') : message);
}
