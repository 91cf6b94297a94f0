import type { Command } from 'commander';
import {
  addSendOptions,
  formatSendArguments,
  type GivenSendOptions,
  type SendOptions,
} from './send-options.ts';
import { traceOption } from './shared/options.ts';
import { addTlsOptions, formatTlsArguments, type TlsOptions } from './shared/tls-options.ts';
import { argument, type Given } from './values/arguments.ts';

interface OwnBlastOptions extends TlsOptions {
  readonly trace: number;
}

export type BlastCommandOptions = SendOptions & OwnBlastOptions;

export function addBlastOptions(command: Command): Command {
  return addTlsOptions(addSendOptions(command)).addOption(traceOption());
}

export function formatBlastArguments(options: GivenSendOptions & Given<OwnBlastOptions>): string[] {
  return [
    ...formatSendArguments(options),
    ...formatTlsArguments(options),
    ...argument('--trace', options.trace),
  ];
}
