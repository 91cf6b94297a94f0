import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode } from '../../error.ts';
import { aborted } from '../../pause.ts';
import { DEFAULT_QUEUE_URL } from '../../queue/url/url.ts';
import { SERVE_DEFAULTS } from '../../serve/defaults.ts';
import type { Context } from '../context.ts';
import { examples, queueConfigOption, queueOption } from '../options/options.ts';
import { bytes, port, positiveDurationMs, wholeNumber } from '../options/parsers.ts';
import { readAccess, TOKEN_VARIABLE, warnOfAll } from '../options/serve-access.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

interface ServeOptions {
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

export function serveCommand(choose: Choose): Command {
  return new Command('serve')
    .description(
      'Answers 200 "Mensaje enviado a Kafka" once all in-sync replicas have the message, 503 "Not Enqueued" when it surely was not taken, 504 when nobody can say. Also /healthz, /readyz and /metrics.',
    )
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
        .default(SERVE_DEFAULTS.timeoutMs, `${SERVE_DEFAULTS.timeoutMs / 1000}s`)
        .argParser(positiveDurationMs),
    )
    .addOption(
      new Option('--max-body <bytes>', 'largest body; less where the queue takes less')
        .default(SERVE_DEFAULTS.maxBodyBytes, mebibytes(SERVE_DEFAULTS.maxBodyBytes))
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
        .default(SERVE_DEFAULTS.maxPendingBytes, mebibytes(SERVE_DEFAULTS.maxPendingBytes))
        .argParser(bytes)
        .helpGroup('Limits:'),
    )
    .addHelpText(
      'after',
      examples('qbl serve', 'qbl serve --port 8080 --queue kafka://localhost:9092/orders'),
    )
    .action((options: ServeOptions) => choose((context) => serve(options, context)));
}

/** As it would be typed. */
function mebibytes(count: number): string {
  return `${count / 1024 ** 2}m`;
}

async function serve(options: ServeOptions, context: Context): Promise<ExitCode> {
  const { default: cluster } = await import('node:cluster');
  const access = await readAccess(options, context.env);
  if (cluster.isPrimary) warnOfAll(options, access, context);
  if (options.workers > 1 && cluster.isPrimary) return serveByWorkers(options, context);
  const [{ startServe }, { openQueue }] = await Promise.all([
    import('../../serve/serve.ts'),
    import('../../queue/open.ts'),
  ]);
  const stop = stopSignal(context);
  const running = await startServe({
    queue: await openQueue(options.queue, {
      configFile: options.queueConfig ?? null,
      env: context.env,
      partitions: options.partitions ?? null,
      replication: options.replication ?? null,
    }),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...access,
    port: options.port,
    keyFrom: options.keyFrom ?? null,
    timeoutMs: options.timeout,
    maxBodyBytes: options.maxBody,
    maxPendingMessages: options.maxPending,
    maxPendingBytes: options.maxPendingBytes,
    log: (line) => context.err.line(line),
  });
  if (cluster.isPrimary) context.out.line(`serving POST /send on ${running.urls.join(' and ')}`);
  context.parent?.tell({ type: 'ready', url: running.urls[0] ?? null });
  await aborted(stop);
  await running.close();
  return EXIT_CODES.held;
}

async function serveByWorkers({ workers: count }: ServeOptions, context: Context): Promise<ExitCode> {
  const { startWorkers } = await import('../../serve/workers.ts');
  const stop = stopSignal(context);
  const [program = '', ...args] = process.argv.slice(1);
  const started = await startWorkers({ count, program, args, log: (line) => context.err.line(line) });
  if (started.kind === 'failed') return EXIT_CODES.environment;
  context.out.line(`serving POST /send on ${started.url} by ${count} processes`);
  context.parent?.tell({ type: 'ready', url: started.url });
  await aborted(stop);
  await started.close();
  return EXIT_CODES.held;
}
