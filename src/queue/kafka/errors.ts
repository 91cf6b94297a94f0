import { printable } from '../../printable.ts';

/** The error that kafkajs wrapped when it gave up retrying. */
export function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}

/** The name of the broker's error code, such as NOT_ENOUGH_REPLICAS, or null when no broker answered. */
export function brokerErrorOf(error: unknown): string | null {
  return textOf(rootCause(error), 'type');
}

/** One line for people. A broker's own words may be in it. */
export function describeError(error: unknown): string {
  return printable(description(error));
}

function description(error: unknown): string {
  const cause = rootCause(error);
  const type = brokerErrorOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (type !== null) return `${type}: ${message}`;
  const broker = textOf(cause, 'broker');
  const code = textOf(cause, 'code');
  // Node's message is empty where it tried several addresses (an AggregateError): the code tells.
  return broker !== null && code !== null ? `no connection to ${broker} (${code})` : message;
}

/** Whether a connection failed or a broker fell silent: another broker may answer. */
export function isAboutConnection(error: unknown): boolean {
  const name = textOf(rootCause(error), 'name');
  return (
    name === 'KafkaJSConnectionError' ||
    name === 'KafkaJSConnectionClosedError' ||
    name === 'KafkaJSRequestTimeoutError'
  );
}

/** The broker (`host:port`) that did not answer in time, if that is what the error is about. */
export function silentBrokerOf(error: unknown): string | null {
  const cause = rootCause(error);
  return textOf(cause, 'name') === 'KafkaJSRequestTimeoutError' ? textOf(cause, 'broker') : null;
}

/** The partition whose reader stands outside its log, if that is what the error is about. */
export function outOfRangePartitionOf(error: unknown): number | null {
  const cause = rootCause(error);
  if (textOf(cause, 'type') !== 'OFFSET_OUT_OF_RANGE') return null;
  const partition: unknown = Reflect.get(Object(cause), 'partition');
  return typeof partition === 'number' ? partition : null;
}

function textOf(value: unknown, key: string): string | null {
  const text: unknown = Reflect.get(Object(value), key);
  return typeof text === 'string' ? text : null;
}
