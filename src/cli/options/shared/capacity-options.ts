import { type Command, Option } from 'commander';
import type { Capacity } from '../../../capacity/capacity.ts';
import { mergeOutages, type Outage } from '../../../capacity/outages.ts';
import { formatRate, parseRate } from '../../../capacity/rate.ts';
import { formatShare, parseShare } from '../../../capacity/share.ts';
import { formatWork, parseWork, type Work } from '../../../capacity/work.ts';
import { formatSpan, parseSpan } from '../../../plan/span.ts';
import { argument, type Given, repeatedArgument } from '../values/arguments.ts';
import { explained, wholeNumber } from '../values/parsers.ts';

/** The capacity options of every command that runs a service. */
export interface CapacityOptions {
  readonly instances: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly work?: Work;
  readonly fail?: number;
  readonly outage?: readonly Outage[];
}

/** Maximum number of instances. More instances on one machine would only measure the machine itself. */
export const MAX_INSTANCES = 100;

/** Adds the capacity options. The rate, the concurrency and the work time are values for each instance. */
export function addCapacityOptions(command: Command): Command {
  return addGroup(command, 'Work:', [
    rateOption('--rate <n>'),
    concurrencyOption(),
    instancesOption(MAX_INSTANCES),
    workOption(),
    failOption(),
    outageOption(),
  ]);
}

type CapacityInput = Given<CapacityOptions> & Pick<CapacityOptions, 'instances' | 'concurrency'>;

export function capacityOf(options: CapacityInput): Capacity {
  const { instances, concurrency, rate, work, fail, outage } = options;
  return {
    ...{ instances, concurrency },
    ratePerSecond: rate ?? null,
    work: work ?? null,
    failShare: fail ?? 0,
    outages: outage ?? [],
  };
}

/** Returns the command-line options that describe this capacity. */
export function capacityOptions(capacity: Capacity): Given<CapacityOptions> {
  const { instances, concurrency, ratePerSecond, work, failShare, outages } = capacity;
  return {
    ...{ instances, concurrency },
    rate: ratePerSecond ?? undefined,
    work: work ?? undefined,
    fail: failShare === 0 ? undefined : failShare,
    outage: outages,
  };
}

export function formatCapacityArguments(options: Given<CapacityOptions>): string[] {
  const { instances, concurrency, rate, work, fail, outage } = options;
  return [
    ...argument('--rate', rate, formatRate),
    ...argument('--instances', instances),
    ...argument('--concurrency', concurrency),
    ...argument('--work', work, formatWork),
    ...argument('--fail', fail, formatShare),
    ...repeatedArgument('--outage', outage, formatSpan),
  ];
}

export const rateOption = (flags: string) =>
  new Option(flags, 'maximum messages per second for each instance (default: no limit)').argParser(
    explained(parseRate),
  );

export const instancesOption = (most: number) =>
  new Option('--instances <n>', 'number of service instances').default(1).argParser(wholeNumber(1, most));

export const concurrencyOption = () =>
  new Option('--concurrency <n>', 'number of messages that each instance processes in parallel')
    .default(1)
    .argParser(wholeNumber(1, 10_000));

export const workOption = () =>
  new Option(
    '--work <time>',
    'time to process one message: 20ms, uniform:10ms..30ms, exponential:20ms or lognormal:20ms,0.5 (default: none)',
  ).argParser(explained(parseWork));

export const failOption = () =>
  new Option('--fail <share>', 'share of attempts that fail (default: 0%)').argParser(explained(parseShare));

export const outageOption = () =>
  new Option(
    '--outage <span>',
    'period in which the service is stopped, such as 5s..15s after the first message; repeatable',
  ).argParser((text: string, before: readonly Outage[] = []) =>
    mergeOutages([...before, explained(parseSpan)(text)]),
  );

export function addGroup(command: Command, group: string, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option.helpGroup(group));
  return command;
}
