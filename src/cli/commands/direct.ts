import { Command } from 'commander';
import { EXIT_CODES, type ExitCode } from '../../error.ts';
import type { DirectRecord } from '../../runs/documents/direct-json.ts';
import { type RunFolder, runFiles, runFolder } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { addDirectOptions, type DirectCommandOptions } from '../options/direct-options.ts';
import { capacityOf } from '../options/shared/capacity-options.ts';
import { examples } from '../options/shared/examples.ts';
import { loneServiceOf } from '../output/lone-service-of.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

export function directCommand(choose: Choose): Command {
  const command = new Command('direct').description(
    'Simulates the same service as qbl consume, but behind plain HTTP without a queue. POST requests wait in memory for a free instance. Their number and their waiting time are limited. A comparison of both services shows the benefit of the queue.',
  );
  return addDirectOptions(command)
    .addHelpText(
      'after',
      examples('qbl direct --rate 200', 'qbl direct --work 20ms --concurrency 8 --port 0'),
    )
    .action((options: DirectCommandOptions) => choose((context) => serveUntilStopped(options, context)));
}

async function serveUntilStopped(options: DirectCommandOptions, context: Context): Promise<ExitCode> {
  const stop = stopSignal(context);
  const folder = options.run === undefined ? null : runFolder(options.runs, options.run);
  const lone = folder === null ? null : await loneServiceOf(folder);
  try {
    const record = await serve(options, folder, stop, context);
    await show(record, options, context);
  } finally {
    await lone?.end();
  }
  return EXIT_CODES.held;
}

async function serve(
  options: DirectCommandOptions,
  folder: RunFolder | null,
  stop: AbortSignal,
  { out, parent }: Context,
): Promise<DirectRecord> {
  const [{ serveDirectly }, { writeDirect }] = await Promise.all([
    import('../../consume/direct/direct.ts'),
    import('../../runs/documents/direct-json.ts'),
  ]);
  const counts = await serveDirectly({
    ...capacityOf(options),
    port: options.port,
    maxWaiting: options.acceptQueue,
    timeoutMs: options.timeout,
    timelineFile: folder === null ? null : runFiles(folder).timeline,
    stop,
    onReady: (url) => {
      if (!options.json) out.line(`serving POST on ${url}, without a queue`);
      parent?.tell({ type: 'ready', url });
    },
  });
  const record: DirectRecord = { schema: 'qbl.direct/1', run: folder?.id ?? null, ...counts };
  if (folder !== null) await writeDirect(folder, record);
  return record;
}

async function show(record: DirectRecord, { json }: DirectCommandOptions, { out }: Context): Promise<void> {
  if (json) return out.json(record);
  const { directText } = await import('../../report/text/direct-text.ts');
  out.line(directText(record, out.target.columns, out.style));
}
