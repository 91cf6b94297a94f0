import { QblError } from '../../error.ts';
import type { HostAddress } from '../url/url-parts.ts';
import {
  brokerErrorOf,
  connectionCodeOf,
  describeKafkaError,
  isAboutSasl,
  isClosedByBroker,
  isTopicCreation,
  UNREADABLE_ANSWER,
} from './errors.ts';

/** What the user can do about a failure; empty where its text says it all. */
export interface Hint {
  readonly hint?: string;
}

/** Answers about a topic that is to be made. */
const MENDS_OF_CREATION: Readonly<Record<string, string>> = {
  INVALID_REPLICATION_FACTOR: 'choose a --replication that the cluster has brokers for',
  INVALID_PARTITIONS: 'choose other --partitions',
  TOPIC_AUTHORIZATION_FAILED: 'grant this user Create on it',
  CLUSTER_AUTHORIZATION_FAILED: 'grant this user Create on it',
};

const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const WHERE = 'in the file of --queue-config, or QBL_KAFKA_';

/** That something cannot be done, for a reason that the cluster or the way to it gives. */
export function environmentError(what: string, error: unknown, brokers: readonly HostAddress[]): QblError {
  return new QblError('environment', `${what}: ${describeKafkaError(error)}`, {
    cause: error,
    ...hintFor(error, brokers),
  });
}

/** @param brokers those that the queue's URL names */
export function hintFor(error: unknown, brokers: readonly HostAddress[]): Hint {
  const hint = hintAboutAnswer(error) ?? hintAboutConnection(error, brokers);
  return hint === null ? {} : { hint };
}

function hintAboutAnswer(error: unknown): string | null {
  const type = brokerErrorOf(error);
  if (isAboutSasl(error)) {
    return `Check sasl.mechanism, sasl.username and sasl.password ${WHERE}SASL_MECHANISM and so on.`;
  }
  if (type === null) return null;
  if (isTopicCreation(error)) {
    const mend = MENDS_OF_CREATION[type];
    return `Create the topic beforehand${mend === undefined ? '' : `, or ${mend}`}.`;
  }
  if (!type.endsWith('AUTHORIZATION_FAILED')) return null;
  return `Grant the right that is missing, or check the user: sasl.username ${WHERE}SASL_USERNAME.`;
}

function hintAboutConnection(error: unknown, brokers: readonly HostAddress[]): string | null {
  const code = connectionCodeOf(error) ?? '';
  if (NO_CONNECTION.has(code)) {
    return brokers.every(({ host }) => isThisMachine(host))
      ? 'Is the broker running? `qbl broker` starts one on this machine.'
      : 'Is the broker running, and is its address right? It has to be reachable by the name that it advertises, too.';
  }
  // A TLS listener closes the connection of a client without TLS, or sends it an alert.
  if (isClosedByBroker(error) || code === UNREADABLE_ANSWER) {
    return `Does the listener want TLS or SASL, or neither? Check security.protocol ${WHERE}SECURITY_PROTOCOL.`;
  }
  if (/SSL|CERT|EPROTO|UNABLE_TO/.test(code)) {
    return `Check security.protocol and ssl.ca.location ${WHERE}SECURITY_PROTOCOL and QBL_KAFKA_SSL_CA_LOCATION.`;
  }
  return null;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
