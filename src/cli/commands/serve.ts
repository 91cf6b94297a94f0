import { Command } from 'commander';
import { EXIT_CODES, type ExitCode } from '../../error.ts';
import { aborted } from '../../pause.ts';
import type { Context } from '../context.ts';
import { addServeOptions, type ServeCommandOptions } from '../options/serve-options.ts';
import { examples } from '../options/shared/examples.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

export function serveCommand(choose: Choose): Command {
  const command = new Command('serve').description(
    'Starts the proxy: puts the body of each POST /send into the queue. It answers 200 "Mensaje enviado a Kafka" once all in-sync replicas have the message. It answers 503 "Not Enqueued" if the message is certainly not in the queue, and 504 if the outcome is unknown. Also serves /healthz, /readyz and /metrics.',
  );
  return addServeOptions(command)
    .addHelpText(
      'after',
      examples('qbl serve', 'qbl serve --port 8080 --queue kafka://localhost:9092/orders'),
    )
    .action((options: ServeCommandOptions) => choose((context) => serve(options, context)));
}

async function serve(options: ServeCommandOptions, context: Context): Promise<ExitCode> {
  const [{ default: cluster }, { readAccess, warnOfAll }] = await Promise.all([
    import('node:cluster'),
    import('../options/serve-access.ts'),
  ]);
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
    passHeaders: options.passHeader ?? [],
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

async function serveByWorkers(
  { workers: count, timeout: timeoutMs }: ServeCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { startWorkers } = await import('../../serve/workers.ts');
  const stop = stopSignal(context);
  const [program = '', ...args] = process.argv.slice(1);
  const started = await startWorkers({
    count,
    program,
    args,
    timeoutMs,
    log: (line) => context.err.line(line),
  });
  if (started.kind === 'failed') return started.exitCode;
  context.out.line(`serving POST /send on ${started.url} by ${count} processes`);
  context.parent?.tell({ type: 'ready', url: started.url });
  await aborted(stop);
  return (await started.close()) ? EXIT_CODES.held : EXIT_CODES.environment;
}
