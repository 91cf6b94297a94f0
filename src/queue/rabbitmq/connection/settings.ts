import type { ConnectionOptions } from 'node:tls';
import { QblError } from '../../../error.ts';
import { readSettings } from '../../settings.ts';
import { TLS_SETTINGS, tlsOptions } from '../../tls.ts';

export interface RabbitmqSettings {
  readonly username: string;
  readonly password: string;
  /**
   * Certificate authorities and a client certificate. If no certificate authorities are given, Node uses its
   * own list of certificate authorities.
   */
  readonly tls: ConnectionOptions;
  /**
   * Size of the largest message. RabbitMQ does not report its `max_message_size`. For a larger message it
   * closes the channel, and the outcome of all messages in flight is then unknown.
   */
  readonly maxMessageBytes: number;
  /** Address of the management API, which reports unacknowledged messages. Null if the user gave none. */
  readonly managementUrl: URL | null;
}

const NAMES = ['username', 'password', 'max.message.bytes', 'management.url', ...TLS_SETTINGS] as const;

/** RabbitMQ's default user, which it accepts only from the loopback address. */
const DEFAULT_USER = 'guest';
/** The default `max_message_size` of RabbitMQ 4. RabbitMQ 3 accepts 128 MiB. */
const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** The largest message that qbl writes or reads, which is the default of RabbitMQ 3. */
export const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/**
 * Reads credentials and other settings from a file and from `QBL_AMQP_…` variables.
 * @param tls whether the URL asks for TLS; without it, certificate settings are an error
 * @throws QblError 'usage', which never repeats a secret
 */
export function readRabbitmqSettings(
  file: string | null,
  env: NodeJS.ProcessEnv,
  tls: boolean,
): RabbitmqSettings {
  const settings = readSettings(NAMES, 'QBL_AMQP_', file, env);
  const managementUrl = parseManagementUrl(settings.get('management.url'));
  if (!tls && managementUrl?.protocol !== 'https:' && TLS_SETTINGS.some((name) => settings.has(name))) {
    throw new QblError('usage', 'there are ssl settings, but the queue URL does not ask for TLS', {
      hint: 'Use amqps:// instead of amqp:// in the queue URL.',
    });
  }
  return {
    username: settings.get('username') ?? DEFAULT_USER,
    password: settings.get('password') ?? DEFAULT_USER,
    tls: tlsOptions(settings),
    maxMessageBytes: parseBytes(settings.get('max.message.bytes')),
    managementUrl,
  };
}

function parseBytes(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MAX_MESSAGE_BYTES;
  const bytes = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (bytes > 0 && bytes <= MAX_MESSAGE_BYTES) return bytes;
  throw new QblError('usage', `max.message.bytes must be a number of bytes from 1 to ${MAX_MESSAGE_BYTES}`);
}

function parseManagementUrl(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new QblError(
    'usage',
    'management.url must be the address of the management API, without credentials',
    {
      hint: 'For example http://localhost:15672. The user and password are those of the queue.',
    },
  );
}
