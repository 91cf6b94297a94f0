import { type Command, Option } from 'commander';
import { formatDuration } from '../../plan/duration.ts';
import {
  addCapacityOptions,
  type CapacityOptions,
  formatCapacityArguments,
} from './shared/capacity-options.ts';
import { jsonOption, runOption, runsOption } from './shared/options.ts';
import { acceptQueueOption, timeoutOption } from './shared/service-options.ts';
import { argument, flagArgument, type Given } from './values/arguments.ts';
import { port } from './values/parsers.ts';

export interface DirectCommandOptions extends CapacityOptions {
  readonly port: number;
  readonly acceptQueue: number;
  readonly timeout: number;
  readonly run?: string;
  readonly runs: string;
  readonly json?: true;
}

export function addDirectOptions(command: Command): Command {
  command
    .addOption(
      new Option('--port <port>', 'port to listen on; 0: any free port').default(3000).argParser(port),
    )
    .addOption(acceptQueueOption())
    .addOption(timeoutOption('--timeout <time>'))
    .addOption(runOption('run to write timeline.csv and direct.json into'))
    .addOption(runsOption())
    .addOption(jsonOption());
  return addCapacityOptions(command);
}

export function formatDirectArguments(options: Given<DirectCommandOptions>): string[] {
  return [
    ...formatCapacityArguments(options),
    ...argument('--accept-queue', options.acceptQueue),
    ...argument('--timeout', options.timeout, formatDuration),
    ...argument('--run', options.run),
    ...argument('--runs', options.runs),
    ...argument('--port', options.port),
    ...flagArgument('--json', options.json),
  ];
}
