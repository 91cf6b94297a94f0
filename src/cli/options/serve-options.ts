import { type Command, Option } from 'commander';
import { formatDuration } from '../../plan/duration.ts';
import { DEFAULT_QUEUE_URL } from '../../queue/url/url.ts';
import { SERVE_DEFAULTS } from '../../serve/defaults.ts';
import { queueConfigOption, queueOption } from './shared/options.ts';
import { argument, type Given } from './values/arguments.ts';
import { bytes, formatBytes, port, positiveDurationMs, wholeNumber } from './values/parsers.ts';

/** Where the token may stand instead of a file. It never stands in an argument, which other users can see. */
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
  readonly partitions?: number;
  readonly replication?: number;
  readonly timeout: number;
  readonly maxBody: number;
  readonly maxPending: number;
  readonly maxPendingBytes: number;
}

export function addServeOptions(command: Command): Command {
  return command
    .addOption(queueOption('where messages go').default(DEFAULT_QUEUE_URL))
    .addOption(queueConfigOption())
    .addOption(
      new Option(
        '--key-from <field>',
        'keep the order within a key: "thread", or a path such as customer.id',
      ).helpGroup('Topic:'),
    )
    .addOption(
      new Option('--partitions <n>', "of a topic that is missing and made (default: the broker's own)")
        .argParser(wholeNumber(1, 10_000))
        .helpGroup('Topic:'),
    )
    .addOption(
      new Option('--replication <n>', "of a topic that is missing and made (default: the broker's own)")
        .argParser(wholeNumber(1, 100))
        .helpGroup('Topic:'),
    )
    .addOption(new Option('--port <port>', '0 for a free one').default(SERVE_DEFAULTS.port).argParser(port))
    .addOption(
      new Option('--workers <n>', 'processes that share the port').default(1).argParser(wholeNumber(1, 64)),
    )
    .addOption(new Option('--host <address>', 'where to listen (default: loopback, IPv4 and IPv6)'))
    .addOption(
      new Option('--tls-cert <file>', 'serve https: PEM file of the certificate').helpGroup('Access:'),
    )
    .addOption(new Option('--tls-key <file>', 'serve https: PEM file of its key').helpGroup('Access:'))
    .addOption(
      new Option(
        '--token-file <file>',
        `file with the token that requests must send as "Authorization: Bearer ..." (or ${TOKEN_VARIABLE})`,
      ).helpGroup('Access:'),
    )
    .addOption(
      new Option('--timeout <time>', "from a message's arrival to its ack")
        .default(SERVE_DEFAULTS.timeoutMs, formatDuration(SERVE_DEFAULTS.timeoutMs))
        .argParser(positiveDurationMs),
    )
    .addOption(
      new Option('--max-body <bytes>', 'largest body; less where the queue takes less')
        .default(SERVE_DEFAULTS.maxBodyBytes, formatBytes(SERVE_DEFAULTS.maxBodyBytes))
        .argParser(bytes)
        .helpGroup('Limits:'),
    )
    .addOption(
      new Option('--max-pending <n>', 'messages that wait for their ack')
        .default(SERVE_DEFAULTS.maxPendingMessages)
        .argParser(wholeNumber(1, 10_000_000))
        .helpGroup('Limits:'),
    )
    .addOption(
      new Option('--max-pending-bytes <bytes>', 'bytes that wait for their ack')
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
