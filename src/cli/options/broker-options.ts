import { type Command, Option } from 'commander';
import { argument, flagArgument, type Given } from './values/arguments.ts';
import { port, wholeNumber } from './values/parsers.ts';

export interface BrokerCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly partitions: number;
  readonly fsync: 'always' | 'never';
  readonly temporary?: true;
}

export function addBrokerOptions(command: Command): Command {
  return command
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
    .addOption(new Option('--temporary', 'the data go when the qbl run that started it is gone').hideHelp());
}

export function formatBrokerArguments(options: Given<BrokerCommandOptions>): string[] {
  return [
    ...argument('--host', options.host),
    ...argument('--port', options.port),
    ...argument('--data', options.data),
    ...argument('--partitions', options.partitions),
    ...argument('--fsync', options.fsync),
    ...flagArgument('--temporary', options.temporary),
  ];
}

export function dataOption(): Option {
  return new Option('--data <folder>', 'where topics and offsets are kept').default('.qbl/broker');
}
