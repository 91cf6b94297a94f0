import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { makeFolders } from '../../folders.ts';
import { isLoopbackHost } from '../../http/foreign.ts';
import { aborted } from '../../pause.ts';
import { printable } from '../../printable.ts';
import type { Context } from '../context.ts';
import { addBrokerOptions, type BrokerCommandOptions, dataOption } from '../options/broker-options.ts';
import { examples } from '../options/shared/examples.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Choose } from '../work.ts';

export function brokerCommand(choose: Choose): Command {
  const command = new Command('broker').description(
    'Starts a Kafka broker in one process, with its data in one folder, for any Kafka client on this machine. Topics are created on first use. Messages are on disk before they are acknowledged.',
  );
  return (
    addBrokerOptions(command)
      .addHelpText(
        'after',
        examples('qbl broker', 'qbl broker --port 19092 --data /tmp/queue --partitions 12'),
      )
      .action((options: BrokerCommandOptions) => choose((context) => broker(options, context)))
      // Without this, Commander would give the option --data of `repair` to `broker`.
      .enablePositionalOptions()
      .addCommand(repairCommand(choose))
  );
}

function repairCommand(choose: Choose): Command {
  return (
    new Command('repair')
      .summary('repair damaged data')
      .description(
        'Repairs the data of a broker. Everything that is intact is kept. Damaged ends of logs are saved to separate files. A topic with an unreadable description is moved to another folder.',
      )
      .addOption(dataOption())
      .addHelpText('after', examples('qbl broker repair', 'qbl broker repair --data /tmp/queue'))
      // Both commands have --data. Commander always stores its value in `broker`.
      .action((_: unknown, command: Command) => {
        const { data } = command.optsWithGlobals<{ data: string }>();
        choose((context) => repair(data, context));
      })
  );
}

async function repair(dataDirectory: string, context: Context): Promise<ExitCode> {
  const { repairData } = await import('../../broker/repair.ts');
  const count = await repairData({ dataDirectory, report: (line) => context.out.line(line) });
  context.out.line(count === 0 ? `no damage found in ${dataDirectory}` : `repairs made: ${count}`);
  return EXIT_CODES.held;
}

async function broker(options: BrokerCommandOptions, context: Context): Promise<ExitCode> {
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
  context.out.line(`broker ready: kafka://${address}, data in ${printable(data, 4_096)}`);
  if (!isLoopbackHost(host)) log(`${context.err.style.bold('warning:')} ${openTo(host)}`);
  context.parent?.tell({ type: 'ready', url: `kafka://${address}` });
  const lost = await Promise.race([aborted(stop), running.lost]);
  await running.close();
  if (lost) throw lost;
  return EXIT_CODES.held;
}

function openTo(host: string): string {
  return `with --host ${printable(host)}, every machine that can reach this port can read and write messages without a password`;
}

async function makeFolderAbove(data: string): Promise<void> {
  await makeFolders(dirname(resolve(data))).catch((error: Error) => {
    throw new QblError('environment', `cannot create the folder "${data}": ${error.message}`);
  });
}
