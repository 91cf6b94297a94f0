import { type Command, Option } from 'commander';
import { formatDuration } from '../../plan/duration.ts';
import { HOP_OPTIONS } from './shared/hop-options.ts';
import {
  jsonOption,
  OBSERVE_SERVICE,
  observeServiceOption,
  queueConfigOption,
  queueOption,
  runOption,
  runsOption,
  serviceGroupOption,
} from './shared/options.ts';
import { addWrittenOptions, formatWrittenOptions, type WrittenValues } from './shared/written-options.ts';
import { argument, flagArgument, type Given, repeatedArgument } from './values/arguments.ts';
import {
  durationMs,
  formatStartingPoint,
  labels,
  type NamedStart,
  positiveDurationMs,
  startingPoint,
  status,
} from './values/parsers.ts';

/** Options that decide how `verify` judges a run. `run` has the same options, because it also verifies. */
export interface RuleOptions {
  readonly exactlyOnce?: true;
  readonly ordered?: true;
  readonly consume?: true;
  readonly settle: number;
  readonly deadline: number;
}

interface OwnVerifyOptions extends RuleOptions {
  readonly run?: string;
  readonly runs: string;
  readonly jtl?: string;
  readonly label?: readonly string[];
  readonly rejectedStatus?: readonly number[];
  readonly from?: NamedStart;
  readonly follow?: true;
  readonly serviceGroup?: string;
  readonly observeService?: true;
  readonly queue?: string;
  readonly queueConfig?: string;
  readonly json?: true;
}

/** The options of `verify`. The options about hops (queues to which the service writes) stay as the user wrote them. */
export type VerifyCommandOptions = WrittenValues & OwnVerifyOptions;
export type GivenVerifyOptions = WrittenValues & Given<OwnVerifyOptions>;

export function addVerifyOptions(command: Command): Command {
  command
    .addOption(
      queueOption(
        'queue to read (default: the queue recorded in the run, or else kafka://localhost:9092/stress-topic)',
      ),
    )
    .addOption(queueConfigOption())
    .addOption(
      new Option('--follow', 'start reading before the first send; give the verdict after the last send'),
    )
    .addOption(
      new Option(
        '--from <start>',
        'first message to read: "beginning" of the log, or a time such as 2026-01-31T12:00Z',
      ).argParser(startingPoint),
    )
    .addOption(
      serviceGroupOption(
        'observe your own service by the committed offsets of its consumer group; Kafka only; needs --follow',
      ),
    )
    .addOption(
      observeServiceOption(
        'observe your own service by the counts of the queue; RabbitMQ and SQS only; needs --follow',
      ),
    )
    .addOption(runOption('run to follow, or the run that --jtl belongs to'))
    .addOption(new Option('--jtl <file>', 'file with the samples of another load generator; needs --run'))
    .addOption(
      new Option(
        '--label <name>',
        'label of the --jtl rows to count as messages; repeat the option for each request, in plan order',
      ).argParser(labels),
    )
    .addOption(
      new Option(
        '--rejected-status <status>',
        'HTTP status that proves a message was not enqueued, for samples without outcomes; repeatable',
      ).argParser(status),
    )
    .addOption(runsOption())
    .addOption(jsonOption());
  addWrittenOptions(command, HOP_OPTIONS, 'Hops:');
  return addRuleOptions(command);
}

export function formatVerifyArguments(options: GivenVerifyOptions): string[] {
  return [
    ...flagArgument('--follow', options.follow),
    ...argument('--service-group', options.serviceGroup),
    ...flagArgument(OBSERVE_SERVICE, options.observeService),
    ...argument('--run', options.run),
    ...argument('--runs', options.runs),
    ...argument('--queue', options.queue),
    ...argument('--queue-config', options.queueConfig),
    ...argument('--from', options.from, formatStartingPoint),
    ...argument('--jtl', options.jtl),
    ...repeatedArgument('--label', options.label),
    ...repeatedArgument('--rejected-status', options.rejectedStatus),
    ...flagArgument('--json', options.json),
    ...formatWrittenOptions(HOP_OPTIONS, options),
    ...formatRuleArguments(options),
  ];
}

/** Adds the options for what counts as a failure and how long to wait. */
export function addRuleOptions(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('Rules:');
  return command
    .addOption(
      option(
        '--consume',
        'allow qbl to remove messages from the queue if it cannot read them in another way',
      ),
    )
    .addOption(option('--exactly-once', 'treat a duplicate as a failure'))
    .addOption(
      option('--ordered', 'fail if messages of one thread arrive in the wrong order within a partition'),
    )
    .addOption(
      option('--settle <time>', 'time without new messages after which a missing message counts as lost')
        .default(10_000, '10s')
        .argParser(durationMs),
    )
    .addOption(
      option('--deadline <time>', 'time limit for reading all messages after the last send')
        .default(600_000, '10m')
        .argParser(positiveDurationMs),
    );
}

function formatRuleArguments(options: Given<RuleOptions>): string[] {
  return [
    ...flagArgument('--consume', options.consume),
    ...flagArgument('--exactly-once', options.exactlyOnce),
    ...flagArgument('--ordered', options.ordered),
    ...argument('--settle', options.settle, formatDuration),
    ...argument('--deadline', options.deadline, formatDuration),
  ];
}
