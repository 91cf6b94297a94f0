import { type Command, Option } from 'commander';
import { formatDuration } from '../../plan/duration.ts';
import { DEFAULT_QUEUE_URL } from '../../queue/url/url.ts';
import { SERVE_DEFAULTS } from '../../serve/defaults.ts';
import { passHeaderOption, queueConfigOption, queueOption } from './shared/options.ts';
import { argument, type Given, repeatedArgument } from './values/arguments.ts';
import { bytes, formatBytes, port, positiveDurationMs, wholeNumber } from './values/parsers.ts';

/** Name of the environment variable for the token. Other users could see a token in an argument. */
export const TOKEN_VARIABLE = 'QBL_SERVE_TOKEN';

export interface ServeCommandOptions {
  readonly host?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tokenFile?: string;
  readonly port: number;
  readonly queue: string;
  readonly queueConfig?: string;
  readonly workers: number;
  readonly keyFrom?: string;
  readonly passHeader?: readonly string[];
  readonly partitions?: number;
  readonly replication?: number;
  readonly timeout: number;
  readonly maxBody: number;
  readonly maxPending: number;
  readonly maxPendingBytes: number;
}

export function addServeOptions(command: Command): Command {
  return command
    .addOption(queueOption('queue to put the messages into').default(DEFAULT_QUEUE_URL))
    .addOption(queueConfigOption())
    .addOption(
      new Option(
        '--key-from <field>',
        'key of each message: "thread", or a JSON path such as customer.id',
      ).helpGroup('Topic:'),
    )
    .addOption(passHeaderOption().helpGroup('Topic:'))
    .addOption(
      new Option(
        '--partitions <n>',
        'number of partitions, if qbl creates the topic (default: set by the broker)',
      )
        .argParser(wholeNumber(1, 10_000))
        .helpGroup('Topic:'),
    )
    .addOption(
      new Option(
        '--replication <n>',
        'number of replicas, if qbl creates the topic (default: set by the broker)',
      )
        .argParser(wholeNumber(1, 100))
        .helpGroup('Topic:'),
    )
    .addOption(
      new Option('--port <port>', 'port to listen on; 0: any free port')
        .default(SERVE_DEFAULTS.port)
        .argParser(port),
    )
    .addOption(
      new Option('--workers <n>', 'number of processes that share the port')
        .default(1)
        .argParser(wholeNumber(1, 64)),
    )
    .addOption(new Option('--host <address>', 'address to listen on (default: loopback, IPv4 and IPv6)'))
    .addOption(new Option('--tls-cert <file>', 'certificate for https, a PEM file').helpGroup('Access:'))
    .addOption(
      new Option('--tls-key <file>', 'private key of the certificate, a PEM file').helpGroup('Access:'),
    )
    .addOption(
      new Option(
        '--token-file <file>',
        `file with the bearer token that every request must send (or ${TOKEN_VARIABLE})`,
      ).helpGroup('Access:'),
    )
    .addOption(
      new Option('--timeout <time>', 'maximum time from a request until the queue acknowledges its message')
        .default(SERVE_DEFAULTS.timeoutMs, formatDuration(SERVE_DEFAULTS.timeoutMs))
        .argParser(positiveDurationMs),
    )
    .addOption(
      new Option('--max-body <bytes>', 'maximum size of a body; the queue can have a lower limit')
        .default(SERVE_DEFAULTS.maxBodyBytes, formatBytes(SERVE_DEFAULTS.maxBodyBytes))
        .argParser(bytes)
        .helpGroup('Limits:'),
    )
    .addOption(
      new Option('--max-pending <n>', 'maximum number of unacknowledged messages')
        .default(SERVE_DEFAULTS.maxPendingMessages)
        .argParser(wholeNumber(1, 10_000_000))
        .helpGroup('Limits:'),
    )
    .addOption(
      new Option('--max-pending-bytes <bytes>', 'maximum size of all unacknowledged messages')
        .default(SERVE_DEFAULTS.maxPendingBytes, formatBytes(SERVE_DEFAULTS.maxPendingBytes))
        .argParser(bytes)
        .helpGroup('Limits:'),
    );
}

export function formatServeArguments(options: Given<ServeCommandOptions>): string[] {
  return [
    ...argument('--host', options.host),
    ...argument('--port', options.port),
    ...argument('--queue', options.queue),
    ...argument('--queue-config', options.queueConfig),
    ...argument('--workers', options.workers),
    ...argument('--key-from', options.keyFrom),
    ...repeatedArgument('--pass-header', options.passHeader),
    ...argument('--partitions', options.partitions),
    ...argument('--replication', options.replication),
    ...argument('--tls-cert', options.tlsCert),
    ...argument('--tls-key', options.tlsKey),
    ...argument('--token-file', options.tokenFile),
    ...argument('--timeout', options.timeout, formatDuration),
    ...argument('--max-body', options.maxBody, formatBytes),
    ...argument('--max-pending', options.maxPending),
    ...argument('--max-pending-bytes', options.maxPendingBytes, formatBytes),
  ];
}
