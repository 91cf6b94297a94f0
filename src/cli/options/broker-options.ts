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
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <port>', 'port to listen on; 0: any free port').default(9092).argParser(port),
    )
    .addOption(dataOption())
    .addOption(
      new Option('--partitions <n>', 'number of partitions of a new topic')
        .default(6)
        .argParser(wholeNumber(1, 256)),
    )
    .addOption(
      new Option(
        '--fsync <when>',
        'always: acknowledged messages survive a power cut; never: they only survive a crash of qbl',
      )
        .choices(['always', 'never'])
        .default('always'),
    )
    .addOption(new Option('--temporary', 'delete the data when the parent qbl run ends').hideHelp());
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
  return new Option('--data <folder>', 'folder for topics and offsets').default('.qbl/broker');
}
