import { Command } from 'commander';
import type { ServiceResult } from '../../consume/service/service.ts';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import type { LoneService } from '../../process/lone-service.ts';
import type { Queue } from '../../queue/queue.ts';
import type { ServiceRecord, ServiceSettings } from '../../runs/documents/service-json.ts';
import { type RunFolder, runFiles, runFolder } from '../../runs/run-folder.ts';
import { pathFrom } from '../../runs/typed-name.ts';
import type { Context } from '../context.ts';
import { addConsumeOptions, type ConsumeCommandOptions } from '../options/consume-options.ts';
import { capacityOf } from '../options/shared/capacity-options.ts';
import { examples } from '../options/shared/examples.ts';
import { mustNotBeGiven } from '../options/values/given.ts';
import { ConsumeView } from '../output/consume-view.ts';
import { loneServiceOf } from '../output/lone-service-of.ts';
import { NO_RUN, runMessages } from '../sending/run-messages.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

/** The queue of the service, and its dead-letter queue. The dead-letter queue is null if no attempt can fail. */
interface Queues {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue | null;
}

export function consumeCommand(choose: Choose): Command {
  const command = new Command('consume').description(
    'Simulates the service behind the queue: takes each message, works on it for the time of --work, and then acknowledges it. A killed service therefore loses no message. Ctrl-C finishes the messages in flight; a second Ctrl-C ends at once.',
  );
  return addConsumeOptions(command)
    .addHelpText(
      'after',
      examples(
        'qbl consume --rate 50',
        'qbl consume --instances 4 --concurrency 8 --work exponential:20ms --fail 1%',
        'qbl consume --rate 200 --outage 5s..15s --run mine',
      ),
    )
    .action((options: ConsumeCommandOptions) =>
      choose((context) => {
        checkOptions(options, command);
        return consumeUntilStopped(options, context);
      }),
    );
}

function checkOptions({ run, fail }: ConsumeCommandOptions, command: Command): void {
  if (run !== undefined) {
    mustNotBeGiven(
      command,
      ['--receipts'],
      'cannot be combined with --run, which writes the receipts into the folder of the run',
    );
  }
  if (fail === undefined || fail === 0) {
    mustNotBeGiven(
      command,
      ['--max-attempts', '--dead-letter'],
      'needs --fail: without --fail, no attempt fails',
    );
  }
}

async function consumeUntilStopped(options: ConsumeCommandOptions, context: Context): Promise<ExitCode> {
  const stop = stopSignal(context);
  const queues = await openQueues(options, context);
  const folder = options.run === undefined ? null : runFolder(options.runs, options.run);
  let lone: LoneService | null = null;
  try {
    lone = folder === null ? null : await loneServiceOf(folder);
    const { beginService, endService } = await import('../output/consume-record.ts');
    const begun = await beginService(folder, settingsOf(options, queues));
    const result = await work(options, queues, folder, stop, context);
    await show(await endService(folder, begun, result), options, folder, context);
    return EXIT_CODES.held;
  } finally {
    await lone?.end();
    await queues.queue.close();
  }
}

async function openQueues(options: ConsumeCommandOptions, { env }: Context): Promise<Queues> {
  const [{ openQueue }, { isSameQueue }, { deadLetterUrl }] = await Promise.all([
    import('../../queue/open.ts'),
    import('../../queue/same-queue.ts'),
    import('../../queue/url/dead-letter-url.ts'),
  ]);
  const open = (url: string) => openQueue(url, { configFile: options.queueConfig ?? null, env });
  const queue = await open(options.queue);
  if (capacityOf(options).failShare === 0) return { queue, deadLetterQueue: null };
  const deadLetterQueue = await open(options.deadLetter ?? deadLetterUrl(options.queue));
  if (await isSameQueue(queue, deadLetterQueue)) {
    throw new QblError(
      'usage',
      '--dead-letter names the consumed queue itself: failed messages would return forever',
    );
  }
  return { queue, deadLetterQueue };
}

async function work(
  options: ConsumeCommandOptions,
  queues: Queues,
  folder: RunFolder | null,
  stop: AbortSignal,
  context: Context,
): Promise<ServiceResult> {
  const [{ consume }, { liveLine }, { serviceLine }] = await Promise.all([
    import('../../consume/consume.ts'),
    import('../../report/progress/live-line.ts'),
    import('../../report/text/service-text.ts'),
  ]);
  const { out, err, parent } = context;
  const view = new ConsumeView(liveLine(err.stream, err.target), serviceLine, context);
  const files = folder === null ? null : runFiles(folder);
  try {
    return await consume({
      ...options,
      ...capacityOf(options),
      ...queues,
      run: folder?.id ?? null,
      messages: folder === null ? NO_RUN : await runMessages(folder),
      drain: options.drain === true,
      port: options.port ?? null,
      receiptsFile: files?.receipts ?? options.receipts ?? null,
      timelineFile: files?.timeline ?? null,
      stop,
      onReady: (url) => {
        const where = url === null ? '' : `; health and metrics on ${url}`;
        const line = `consuming ${queues.queue.url} as ${options.group}${where}`;
        if (options.json) view.note(line);
        else out.line(line);
        parent?.tell({ type: 'ready', url });
      },
      onRow: (row) => view.add(row),
      log: (line) => view.note(line),
    });
  } finally {
    view.end();
  }
}

function settingsOf(options: ConsumeCommandOptions, { queue, deadLetterQueue }: Queues): ServiceSettings {
  const { group, maxAttempts } = options;
  return {
    queue: queue.url,
    group,
    ...capacityOf(options),
    maxAttempts,
    deadLetter: deadLetterQueue?.url ?? null,
    drain: options.drain === true,
  };
}

async function show(
  record: ServiceRecord,
  { json, receipts }: ConsumeCommandOptions,
  folder: RunFolder | null,
  { out, err, directory }: Context,
): Promise<void> {
  const [{ missedPaceText, serviceText }, { serviceJson }] = await Promise.all([
    import('../../report/text/service-text.ts'),
    import('../../runs/documents/service-json.ts'),
  ]);
  const missed = missedPaceText(record);
  if (missed !== null) err.line(`${err.style.yellow('warning:')} ${missed}`);
  if (json) return out.json(serviceJson(record));
  if (record.end === null) return;
  out.line(serviceText(record.end, out.target.columns, out.style));
  if (folder !== null) out.line(`Run: ${pathFrom(directory, folder)}`);
  else if (receipts !== undefined) out.line(`Receipts: ${receipts}`);
}
