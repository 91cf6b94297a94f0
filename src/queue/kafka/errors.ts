import { printable } from '../../printable.ts';

/** The topic is missing and could not be created. `cause` has the reason. */
export class TopicCreationError extends Error {
  constructor(cause: unknown) {
    super('the topic is missing and cannot be created', { cause });
  }
}

/** Error code of a connection that received bytes that are not a Kafka answer. */
export const UNREADABLE_ANSWER = 'ERR_UNREADABLE_ANSWER';

/** Whether the error says that a missing topic could not be created. */
export function isTopicCreation(error: unknown): boolean {
  return error instanceof TopicCreationError;
}

/**
 * Returns the original error. kafkajs wraps an error after its retries, or in a list with one error for each
 * topic.
 */
export function rootCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return rootCause(error.cause);
  const [first]: unknown[] = error.name === 'KafkaJSAggregateError' ? Reflect.get(error, 'errors') : [];
  return first instanceof Error ? rootCause(first) : error;
}

/**
 * Name of the error code in a broker's answer, such as NOT_ENOUGH_REPLICAS. Null if the error is not a broker's
 * answer.
 */
export function brokerErrorOf(error: unknown): string | null {
  return textOf(rootCause(error), 'type');
}

/** Describes an error in one line for people. The line can contain text from a broker. */
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
  // If every address of a host failed, Node's error has no message (AggregateError). Then the error code is
  // shown.
  return broker !== null && code !== null ? `no connection to ${broker} (${code})` : message;
}

/** Whether the broker rejected the login (SASL): the user, the password or the mechanism. */
export function isAboutSasl(error: unknown): boolean {
  const name = textOf(rootCause(error), 'name') ?? '';
  return name.startsWith('KafkaJSSASL') || (brokerErrorOf(error) ?? '').includes('SASL');
}

/** Node's code of a connection error, such as ECONNREFUSED. Null for any other error. */
export function connectionCodeOf(error: unknown): string | null {
  return textOf(rootCause(error), 'code');
}

/**
 * Whether a broker accepted the connection and then closed it. A broker does so if it expects another
 * security protocol.
 */
export function isClosedByBroker(error: unknown): boolean {
  const cause = rootCause(error);
  return (
    textOf(cause, 'name') === 'KafkaJSConnectionClosedError' ||
    textOf(cause, 'code') === 'ECONNRESET' ||
    textOf(cause, 'message') === 'Connection closed by the server'
  );
}

/**
 * Whether no broker named the coordinator of a group. kafkajs does not report the reason, such as
 * GROUP_AUTHORIZATION_FAILED.
 */
export function isCoordinatorUnknown(error: unknown): boolean {
  return textOf(rootCause(error), 'name') === 'KafkaJSGroupCoordinatorNotFound';
}

/** The broker (`host:port`) that did not answer in time. Null for any other error. */
export function silentBrokerOf(error: unknown): string | null {
  const cause = rootCause(error);
  return textOf(cause, 'name') === 'KafkaJSRequestTimeoutError' ? textOf(cause, 'broker') : null;
}

/** The partition whose read position is outside its log. Null for any other error. */
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
