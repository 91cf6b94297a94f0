import { type Command, Option } from 'commander';
import { formatShare } from '../../capacity/share.ts';
import {
  allowErrorsOption,
  jsonOption,
  queueOption,
  redactOption,
  runOption,
  runsOption,
} from './shared/options.ts';
import { addPlanOptions, formatPlanArguments, type RawPlanOptions } from './shared/plan-options.ts';
import { rateToleranceOption } from './shared/rate-tolerance.ts';
import { argument, flagArgument, type Given, repeatedArgument } from './values/arguments.ts';
import { runId } from './values/parsers.ts';

/** The options of the commands that send, except the options that change the plan. */
interface OwnSendOptions {
  readonly run?: string;
  readonly runs: string;
  readonly queue?: string;
  readonly redact?: readonly string[];
  readonly allowErrors?: true;
  readonly rateTolerance: number;
  /** ID of the `qbl run` experiment to which this run belongs. */
  readonly experiment?: string;
  /** True if this run sends to a service without a queue. */
  readonly direct?: true;
  readonly json?: true;
}

export type SendOptions = RawPlanOptions & OwnSendOptions;
export type GivenSendOptions = RawPlanOptions & Given<OwnSendOptions>;

export function addSendOptions(command: Command): Command {
  return addPlanOptions(command)
    .addOption(runOption('ID of the new run (default: generated)').helpGroup('Run:'))
    .addOption(runsOption().helpGroup('Run:'))
    .addOption(
      queueOption('queue URL to save in the run, so that verify can read the queue later').helpGroup('Run:'),
    )
    .addOption(redactOption())
    .addOption(allowErrorsOption())
    .addOption(rateToleranceOption())
    .addOption(new Option('--experiment <id>').argParser(runId).hideHelp())
    .addOption(new Option('--direct').hideHelp())
    .addOption(jsonOption());
}

export function formatSendArguments(options: GivenSendOptions): string[] {
  return [
    ...formatPlanArguments(options),
    ...argument('--run', options.run),
    ...argument('--runs', options.runs),
    ...argument('--experiment', options.experiment),
    ...flagArgument('--direct', options.direct),
    ...argument('--queue', options.queue),
    ...flagArgument('--allow-errors', options.allowErrors),
    ...repeatedArgument('--redact', options.redact),
    ...argument('--rate-tolerance', options.rateTolerance, formatShare),
    ...flagArgument('--json', options.json),
  ];
}
