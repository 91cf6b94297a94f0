import { printable } from '../../printable.ts';

/** The topic is missing and could not be created. `cause` says why. */
export class TopicCreationError extends Error {
  constructor(cause: unknown) {
    super('the topic is missing and cannot be created', { cause });
  }
}

/** Error code for a connection that received bytes that are not a Kafka answer. */
export const UNREADABLE_ANSWER = 'ERR_UNREADABLE_ANSWER';

/** Whether the error comes from creating a topic. */
export function isTopicCreation(error: unknown): boolean {
  return error instanceof TopicCreationError;
}

/** Unwraps an error that kafkajs wrapped after its retries, or in a list with one error for each topic. */
export function rootCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return rootCause(error.cause);
  const [first]: unknown[] = error.name === 'KafkaJSAggregateError' ? Reflect.get(error, 'errors') : [];
  return first instanceof Error ? rootCause(first) : error;
}

/** Name of the broker's error code, such as NOT_ENOUGH_REPLICAS. Null if no broker answered. */
export function brokerErrorOf(error: unknown): string | null {
  return textOf(rootCause(error), 'type');
}

/** One line for people. It can contain text from a broker. */
export function describeKafkaError(error: unknown): string {
  const context = isTopicCreation(error) ? `${(error as Error).message}: ` : '';
  return printable(`${context}${description(error)}`);
}

function description(error: unknown): string {
  const cause = rootCause(error);
  const type = brokerErrorOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (type !== null) return `${type}: ${message}`;
  const broker = textOf(cause, 'broker');
  const code = textOf(cause, 'code');
  if (broker !== null && code === UNREADABLE_ANSWER) return `${broker} does not answer like a Kafka broker`;
  // After several addresses failed, Node's message is empty (AggregateError). Show the code instead.
  return broker !== null && code !== null ? `no connection to ${broker} (${code})` : message;
}

/** Whether the broker rejected the user or the SASL mechanism. */
export function isAboutSasl(error: unknown): boolean {
  const name = textOf(rootCause(error), 'name') ?? '';
  return name.startsWith('KafkaJSSASL') || (brokerErrorOf(error) ?? '').includes('SASL');
}

/** Node's error code of a connection, such as ECONNREFUSED. Null if there is none. */
export function connectionCodeOf(error: unknown): string | null {
  return textOf(rootCause(error), 'code');
}

/**
 * Whether a broker accepted the connection and then closed it. A broker does so if it expects another security
 * protocol.
 */
export function isClosedByBroker(error: unknown): boolean {
  const cause = rootCause(error);
  return (
    textOf(cause, 'name') === 'KafkaJSConnectionClosedError' ||
    textOf(cause, 'code') === 'ECONNRESET' ||
    textOf(cause, 'message') === 'Connection closed by the server'
  );
}

/** The broker (`host:port`) that did not answer in time. Null if the error is something else. */
export function silentBrokerOf(error: unknown): string | null {
  const cause = rootCause(error);
  return textOf(cause, 'name') === 'KafkaJSRequestTimeoutError' ? textOf(cause, 'broker') : null;
}

/** The partition whose read position is outside its log. Null if the error is something else. */
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
