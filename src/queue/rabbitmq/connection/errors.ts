import { printable } from '../../../printable.ts';

/** The name of an AMQP reply code, such as NOT_FOUND, or Node's code of an error; null: it has none. */
export function codeOf(error: unknown): string | null {
  const code: unknown = Reflect.get(Object(error), 'code');
  return typeof code === 'string' ? code : null;
}

/** One line for people. The broker's own words may be in it. */
export function describeRabbitmqError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node's message is empty where it tried several addresses (an AggregateError): the code tells.
  return printable(message === '' ? (codeOf(error) ?? 'no connection') : message);
}
