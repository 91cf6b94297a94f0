import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { QblError } from '../../../error.ts';
import { type QueueSettings, readSettings } from '../../settings.ts';
import { TLS_SETTINGS, tlsOptions } from '../../tls.ts';

/** How qbl connects to a cluster: with or without TLS, and as which user. */
export interface Security {
  readonly ssl: ConnectionOptions | null;
  readonly sasl: SASLOptions | null;
}

/** The settings have librdkafka's names (CONFIGURATION.md), because users already have files with these names. */
const NAMES = [
  'security.protocol',
  'sasl.mechanism',
  'sasl.username',
  'sasl.password',
  ...TLS_SETTINGS,
] as const;

const PROTOCOLS = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'];
const MECHANISMS = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

/**
 * Reads `security.protocol` and the settings for it, from a file and from `QBL_KAFKA_…` variables.
 * @throws QblError 'usage', which never repeats a secret
 */
export function readSecurity(file: string | null, env: NodeJS.ProcessEnv): Security {
  const settings = readSettings(NAMES, 'QBL_KAFKA_', file, env);
  const protocol = settings.get('security.protocol')?.toLowerCase() ?? impliedProtocol(settings);
  if (!PROTOCOLS.includes(protocol)) {
    throw new QblError('usage', `security.protocol must be one of ${PROTOCOLS.join(', ')}`);
  }
  return {
    ssl: protocol.endsWith('ssl') ? tlsOptions(settings) : null,
    sasl: protocol.startsWith('sasl') ? saslOptions(settings) : null,
  };
}

/**
 * Derives the security protocol if `security.protocol` is missing. Credentials mean SASL with TLS, and
 * certificates alone mean TLS.
 */
function impliedProtocol(settings: QueueSettings): string {
  const names = [...settings.keys()];
  if (names.some((name) => name.startsWith('sasl.'))) return 'sasl_ssl';
  return names.some((name) => name.startsWith('ssl.')) ? 'ssl' : 'plaintext';
}

function saslOptions(settings: QueueSettings): SASLOptions {
  const given = settings.get('sasl.mechanism')?.toUpperCase() ?? 'PLAIN';
  const mechanism = Object.entries(MECHANISMS).find(([name]) => name === given)?.[1];
  const username = settings.get('sasl.username');
  const password = settings.get('sasl.password');
  if (mechanism === undefined) {
    throw new QblError('usage', `sasl.mechanism must be one of ${Object.keys(MECHANISMS).join(', ')}`);
  }
  if (username === undefined || password === undefined) {
    const missing = Object.entries({ 'sasl.username': username, 'sasl.password': password })
      .filter(([, value]) => value === undefined)
      .map(([name]) => name);
    throw new QblError('usage', `SASL needs ${missing.join(' and ')}`, {
      hint: 'Put user and password into a file for --queue-config, or into QBL_KAFKA_SASL_USERNAME and QBL_KAFKA_SASL_PASSWORD.',
    });
  }
  return { mechanism, username, password };
}
