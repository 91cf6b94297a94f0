import type { ConnectionOptions } from 'node:tls';
import { QblError } from '../../../error.ts';
import { readSettings } from '../../settings.ts';
import { TLS_SETTINGS, tlsOptions } from '../../tls.ts';

export interface RabbitmqSettings {
  readonly username: string;
  readonly password: string;
  /** Authorities and a client certificate; empty where the system's authorities do. */
  readonly tls: ConnectionOptions;
  /** RabbitMQ does not tell its `max_message_size`; a larger message costs the channel and all that is on it. */
  readonly maxMessageBytes: number;
}

const NAMES = ['username', 'password', 'max.message.bytes', ...TLS_SETTINGS] as const;

/** RabbitMQ's own, which it takes only from the loopback. */
const DEFAULT_USER = 'guest';
/** The default `max_message_size` of RabbitMQ 4; RabbitMQ 3 takes 128 MiB. */
const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** The largest message that qbl writes or reads, which is the default of RabbitMQ 3. */
export const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/**
 * Reads credentials and the like from a file and from `QBL_AMQP_…` variables.
 * @param tls whether the URL asks for TLS, without which certificates would protect nothing
 * @throws QblError 'usage', which never repeats a secret
 */
export function readRabbitmqSettings(
  file: string | null,
  env: NodeJS.ProcessEnv,
  tls: boolean,
): RabbitmqSettings {
  const settings = readSettings(NAMES, 'QBL_AMQP_', file, env);
  if (!tls && TLS_SETTINGS.some((name) => settings.has(name))) {
    throw new QblError('usage', 'there are ssl settings, but the queue URL asks for no TLS', {
      hint: 'Write amqps:// in place of amqp://.',
    });
  }
  return {
    username: settings.get('username') ?? DEFAULT_USER,
    password: settings.get('password') ?? DEFAULT_USER,
    tls: tlsOptions(settings),
    maxMessageBytes: parseBytes(settings.get('max.message.bytes')),
  };
}

function parseBytes(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MAX_MESSAGE_BYTES;
  const bytes = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (bytes > 0 && bytes <= MAX_MESSAGE_BYTES) return bytes;
  throw new QblError('usage', `max.message.bytes is no number of bytes from 1 to ${MAX_MESSAGE_BYTES}`);
}
