import { printable } from '../../printable.ts';

/** The topic is missing; the cause tells why it was not made. */
export class TopicCreationError extends Error {
  constructor(cause: unknown) {
    super('the topic is missing and cannot be made', { cause });
  }
}

/** The code of a connection on which something came that is no answer of Kafka's. */
export const UNREADABLE_ANSWER = 'ERR_UNREADABLE_ANSWER';

/** Whether an answer is about a topic that is to be made. */
export function isTopicCreation(error: unknown): boolean {
  return error instanceof TopicCreationError;
}

/** The error that kafkajs wrapped when it gave up retrying, or as one of those of several topics. */
export function rootCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return rootCause(error.cause);
  const [first]: unknown[] = error.name === 'KafkaJSAggregateError' ? Reflect.get(error, 'errors') : [];
  return first instanceof Error ? rootCause(first) : error;
}

/** The name of the broker's error code, such as NOT_ENOUGH_REPLICAS, or null when no broker answered. */
export function brokerErrorOf(error: unknown): string | null {
  return textOf(rootCause(error), 'type');
}

/** One line for people. A broker's own words may be in it. */
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
  if (broker !== null && code === UNREADABLE_ANSWER) return `${broker} does not answer as Kafka does`;
  // Node's message is empty where it tried several addresses (an AggregateError): the code tells.
  return broker !== null && code !== null ? `no connection to ${broker} (${code})` : message;
}

/** Whether the broker does not know the user, or not the mechanism. */
export function isAboutSasl(error: unknown): boolean {
  const name = textOf(rootCause(error), 'name') ?? '';
  return name.startsWith('KafkaJSSASL') || (brokerErrorOf(error) ?? '').includes('SASL');
}

/** Node's code of what happened to a connection, such as ECONNREFUSED, or null. */
export function connectionCodeOf(error: unknown): string | null {
  return textOf(rootCause(error), 'code');
}

/** Whether a broker took the connection and closed it, as one does that wants another security protocol. */
export function isClosedByBroker(error: unknown): boolean {
  const cause = rootCause(error);
  return (
    textOf(cause, 'name') === 'KafkaJSConnectionClosedError' ||
    textOf(cause, 'code') === 'ECONNRESET' ||
    textOf(cause, 'message') === 'Connection closed by the server'
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
