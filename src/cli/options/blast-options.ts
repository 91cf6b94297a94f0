import type { Command } from 'commander';
import {
  addSendOptions,
  formatSendArguments,
  type GivenSendOptions,
  type SendOptions,
} from './send-options.ts';
import { traceOption } from './shared/options.ts';
import { addTlsOptions, formatTlsArguments, type TlsOptions } from './shared/tls-options.ts';
import { UNTIL_STOPPED, untilStoppedOption } from './shared/until-stopped.ts';
import { argument, flagArgument, type Given } from './values/arguments.ts';

interface OwnBlastOptions extends TlsOptions {
  readonly trace: number;
  readonly untilStopped?: true;
}

export type BlastCommandOptions = SendOptions & OwnBlastOptions;

export function addBlastOptions(command: Command): Command {
  return addTlsOptions(addSendOptions(command)).addOption(traceOption()).addOption(untilStoppedOption());
}

export function formatBlastArguments(options: GivenSendOptions & Given<OwnBlastOptions>): string[] {
  return [
    ...formatSendArguments(options),
    ...formatTlsArguments(options),
    ...argument('--trace', options.trace),
    ...flagArgument(UNTIL_STOPPED, options.untilStopped),
  ];
}
