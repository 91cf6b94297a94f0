import { type Command, Option } from 'commander';
import { DEFAULT_QUEUE_URL } from '../../queue/url/url.ts';
import {
  addCapacityOptions,
  addGroup,
  type CapacityOptions,
  formatCapacityArguments,
} from './shared/capacity-options.ts';
import { jsonOption, queueConfigOption, queueOption, runOption, runsOption } from './shared/options.ts';
import { argument, flagArgument, type Given } from './values/arguments.ts';
import { port, wholeNumber } from './values/parsers.ts';

export interface ConsumeCommandOptions extends CapacityOptions {
  readonly queue: string;
  readonly queueConfig?: string;
  readonly group: string;
  readonly drain?: true;
  readonly port?: number;
  readonly run?: string;
  readonly runs: string;
  readonly receipts?: string;
  readonly json?: true;
  readonly maxAttempts: number;
  readonly deadLetter?: string;
}

export function addConsumeOptions(command: Command): Command {
  command
    .addOption(queueOption('where messages are').default(DEFAULT_QUEUE_URL))
    .addOption(queueConfigOption())
    .addOption(
      new Option('--group <name>', 'consumers of one group share the messages').default('qbl-service'),
    )
    .addOption(new Option('--drain', 'on Ctrl-C, go on until the queue is empty'))
    .addOption(
      new Option('--port <port>', 'for /healthz, /readyz and /metrics; 0 for a free one').argParser(port),
    )
    .addOption(runOption('write receipts, timeline and service.json into the folder of this run'))
    .addOption(runsOption())
    .addOption(new Option('--receipts <file>', 'write receipts there, without --run'))
    .addOption(jsonOption());
  return addGroup(addCapacityOptions(command), 'Work:', [
    new Option('--max-attempts <n>', 'before a message becomes a dead letter')
      .default(3)
      .argParser(wholeNumber(1, 1_000)),
    new Option('--dead-letter <url>', 'where dead letters go (default: <queue>.dead-letter)'),
  ]);
}

export function formatConsumeArguments(options: Given<ConsumeCommandOptions>): string[] {
  return [
    ...formatCapacityArguments(options),
    ...argument('--max-attempts', options.maxAttempts),
    ...argument('--dead-letter', options.deadLetter),
    ...argument('--run', options.run),
    ...argument('--runs', options.runs),
    ...argument('--queue', options.queue),
    ...argument('--queue-config', options.queueConfig),
    ...argument('--group', options.group),
    ...argument('--port', options.port),
    ...argument('--receipts', options.receipts),
    ...flagArgument('--drain', options.drain),
    ...flagArgument('--json', options.json),
  ];
}
