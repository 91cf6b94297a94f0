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
    .addOption(queueOption('queue to consume').default(DEFAULT_QUEUE_URL))
    .addOption(queueConfigOption())
    .addOption(
      new Option('--group <name>', 'consumer group; its members share the messages').default('qbl-service'),
    )
    .addOption(new Option('--drain', 'on Ctrl-C, empty the queue before ending'))
    .addOption(
      new Option('--port <port>', 'port for /healthz, /readyz and /metrics; 0: any free port').argParser(
        port,
      ),
    )
    .addOption(runOption('run to write receipts.csv, timeline.csv and service.json into'))
    .addOption(runsOption())
    .addOption(new Option('--receipts <file>', 'file to write receipts to, if there is no --run'))
    .addOption(jsonOption());
  return addGroup(addCapacityOptions(command), 'Work:', [
    new Option('--max-attempts <n>', 'number of attempts before a message becomes a dead letter')
      .default(3)
      .argParser(wholeNumber(1, 1_000)),
    new Option('--dead-letter <url>', 'queue for dead letters (default: <queue>.dead-letter)'),
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
