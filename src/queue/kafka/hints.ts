import { QblError } from '../../error.ts';
import type { HostAddress } from '../url/url-parts.ts';
import {
  brokerErrorOf,
  connectionCodeOf,
  describeKafkaError,
  isAboutSasl,
  isClosedByBroker,
  isCoordinatorUnknown,
  isTopicCreation,
  UNREADABLE_ANSWER,
} from './errors.ts';

/** Advice for the user after a failure. Empty if the error text is enough. */
export interface Hint {
  readonly hint?: string;
}

/** Advice for the user if a topic cannot be created, by Kafka's error code. */
const MENDS_OF_CREATION: Readonly<Record<string, string>> = {
  INVALID_REPLICATION_FACTOR: 'choose a --replication of at most the number of live brokers',
  INVALID_PARTITIONS: 'choose another number of --partitions',
  TOPIC_AUTHORIZATION_FAILED: 'give this user the Create permission on the topic',
  CLUSTER_AUTHORIZATION_FAILED: 'give this user the Create permission on the topic',
};

const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const WHERE = 'in the file of --queue-config, or in QBL_KAFKA_';

/** Returns an error that says what failed, with the reason from the cluster or the network. */
export function environmentError(what: string, error: unknown, brokers: readonly HostAddress[]): QblError {
  return new QblError('environment', `${what}: ${describeKafkaError(error)}`, {
    cause: error,
    ...hintFor(error, brokers),
  });
}

/**
 * Returns advice about the error.
 * @param brokers the brokers in the queue's URL
 */
export function hintFor(error: unknown, brokers: readonly HostAddress[]): Hint {
  const hint = hintAboutAnswer(error) ?? hintAboutConnection(error, brokers);
  return hint === null ? {} : { hint };
}

function hintAboutAnswer(error: unknown): string | null {
  const type = brokerErrorOf(error);
  if (isAboutSasl(error)) {
    return `Check sasl.mechanism, sasl.username and sasl.password ${WHERE}SASL_MECHANISM, QBL_KAFKA_SASL_USERNAME and QBL_KAFKA_SASL_PASSWORD.`;
  }
  if (isCoordinatorUnknown(error))
    return 'Check that this user has the Describe permission on the consumer group.';
  if (type === null) return null;
  if (isTopicCreation(error)) {
    const mend = MENDS_OF_CREATION[type];
    return `Create the topic before the run${mend === undefined ? '' : `, or ${mend}`}.`;
  }
  if (!type.endsWith('AUTHORIZATION_FAILED')) return null;
  return `Give this user the missing permission, or check the user: sasl.username ${WHERE}SASL_USERNAME.`;
}

function hintAboutConnection(error: unknown, brokers: readonly HostAddress[]): string | null {
  const code = connectionCodeOf(error) ?? '';
  if (NO_CONNECTION.has(code)) {
    return brokers.every(({ host }) => isThisMachine(host))
      ? 'Check that the broker is running. `qbl broker` starts one on this machine.'
      : 'Check that the broker is running and that its address is right. Its advertised address must be reachable, too.';
  }
  // A broker that expects TLS closes a connection without TLS, or sends a TLS alert.
  if (isClosedByBroker(error) || code === UNREADABLE_ANSWER) {
    return `Check whether the listener needs TLS or SASL: security.protocol ${WHERE}SECURITY_PROTOCOL.`;
  }
  if (/SSL|CERT|EPROTO|UNABLE_TO/.test(code)) {
    return `Check security.protocol and ssl.ca.location ${WHERE}SECURITY_PROTOCOL and QBL_KAFKA_SSL_CA_LOCATION.`;
  }
  return null;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
