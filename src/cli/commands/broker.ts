import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { makeFolders } from '../../folders.ts';
import { aborted } from '../../pause.ts';
import type { Context } from '../context.ts';
import { examples } from '../options/options.ts';
import { port, wholeNumber } from '../options/parsers.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly partitions: number;
  readonly fsync: 'always' | 'never';
  readonly temporary?: true;
}

export function brokerCommand(choose: Choose): Command {
  return (
    new Command('broker')
      .description(
        'Serves the Kafka protocol from one process and one folder, for any Kafka client on this machine. Topics are created on first use; an acknowledged message is on disk.',
      )
      .addOption(new Option('--host <address>', 'where to listen').default('127.0.0.1'))
      .addOption(new Option('--port <port>', '0 for a free one').default(9092).argParser(port))
      .addOption(dataOption())
      .addOption(
        new Option('--partitions <n>', 'of a topic created on first use')
          .default(6)
          .argParser(wholeNumber(1, 256)),
      )
      .addOption(
        new Option(
          '--fsync <when>',
          'always: an ack survives a power cut; never: it survives a crash of the process',
        )
          .choices(['always', 'never'])
          .default('always'),
      )
      .addOption(new Option('--temporary', 'the data go when the qbl run that started it is gone').hideHelp())
      .addHelpText(
        'after',
        examples('qbl broker', 'qbl broker --port 19092 --data /tmp/queue --partitions 12'),
      )
      .action((options: BrokerOptions) => choose((context) => broker(options, context)))
      // Otherwise `broker` would take the --data that is meant for `repair`.
      .enablePositionalOptions()
      .addCommand(repairCommand(choose))
  );
}

function repairCommand(choose: Choose): Command {
  return (
    new Command('repair')
      .summary('make damaged data usable again')
      .description(
        'Keeps what is intact. What it cuts off a log is copied into a file beside it, and a topic without a readable description is moved aside.',
      )
      .addOption(dataOption())
      .addHelpText('after', examples('qbl broker repair', 'qbl broker repair --data /tmp/queue'))
      // Commander gives an option that both have to `broker`, wherever it stands.
      .action((_: unknown, command: Command) => {
        const { data } = command.optsWithGlobals<{ data: string }>();
        choose((context) => repair(data, context));
      })
  );
}

function dataOption(): Option {
  return new Option('--data <folder>', 'where topics and offsets are kept').default('.qbl/broker');
}

async function repair(dataDirectory: string, context: Context): Promise<ExitCode> {
  const { repairData } = await import('../../broker/repair.ts');
  const count = await repairData({ dataDirectory, report: (line) => context.out.line(line) });
  context.out.line(count === 0 ? `no damage found in ${dataDirectory}` : `damages mended: ${count}`);
  return EXIT_CODES.held;
}

async function broker(options: BrokerOptions, context: Context): Promise<ExitCode> {
  const { startBroker } = await import('../../broker/broker.ts');
  const stop = stopSignal(context);
  const { host, data, partitions, fsync } = options;
  if (options.temporary) {
    context.parent?.onGone(() => rmSync(data, { recursive: true, force: true, maxRetries: 3 }));
  }
  const log = (line: string) => context.err.line(line);
  await makeFolderAbove(data);
  const running = await startBroker({
    host,
    port: options.port,
    dataDirectory: data,
    partitions,
    fsync,
    log,
  });
  const address = `${host.includes(':') ? `[${host}]` : host}:${running.port}`;
  context.out.line(`broker ready: kafka://${address}, data in ${data}`);
  context.parent?.tell({ type: 'ready', url: `kafka://${address}` });
  const lost = await Promise.race([aborted(stop), running.lost]);
  await running.close();
  if (lost) throw lost;
  return EXIT_CODES.held;
}

async function makeFolderAbove(data: string): Promise<void> {
  await makeFolders(dirname(resolve(data))).catch((error: Error) => {
    throw new QblError('environment', `cannot create the folder "${data}": ${error.message}`);
  });
}
