import { type Command, Option } from 'commander';
import { parseSpan } from '../../size/arrivals/rate-profile.ts';
import { mergeOutages } from '../../size/service/outages.ts';
import { parseWork } from '../../size/service/parse-work.ts';
import type { Outage } from '../../size/service/service.ts';
import type { Work } from '../../size/service/work.ts';
import { explained, instanceNumbers, perSecond, positiveDurationMs, share, wholeNumber } from './parsers.ts';

/** The options of a service, for each command that runs one, starts one, or predicts what one would do. */

/** What a service can do. */
export interface CapacityOptions {
  readonly instances: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly work?: WorkOption;
  readonly fail?: FailOption;
  readonly outage?: readonly Outage[];
}

/** What it does with what fails. */
export interface RetryOptions {
  readonly maxAttempts: number;
  readonly deadLetter?: string;
}

/** With the words in which it was given, which `run` passes on. */
export interface WorkOption {
  readonly text: string;
  readonly time: Work;
}

export interface FailOption {
  readonly text: string;
  /** From 0 to 1. */
  readonly share: number;
}

/** More processes of one machine measure nothing but the machine. */
const MAX_INSTANCES = 100;

/** What the service can do; all instances together do as much of it as there are instances. */
export function addCapacityOptions(command: Command): Command {
  return added(command, 'Work:', [
    rateOption('--rate <n>'),
    concurrencyOption(),
    instancesOption(MAX_INSTANCES),
    workOption(),
    failOption(),
    outageOption(),
  ]);
}

export function addRetryOptions(command: Command): Command {
  return added(command, 'Work:', [
    new Option('--max-attempts <n>', 'before a message becomes a dead letter')
      .default(3)
      .argParser(wholeNumber(1, 1_000)),
    new Option('--dead-letter <url>', 'where dead letters go (default: <queue>.dead-letter)'),
  ]);
}

/** The service that a run starts, once for each number of instances. */
export function addRunServiceOptions(command: Command): Command {
  return added(command, 'Service:', [
    rateOption('--service-rate <n>'),
    new Option(
      '--instances <list>',
      'how many there are, each with that capacity; 1,2,4 repeats the run for each number (default: 1)',
    ).argParser((text: string) => instanceNumbers(text, MAX_INSTANCES)),
    concurrencyOption(),
    workOption(),
    failOption(),
    outageOption(),
    new Option('--compare <with>', 'the same plan against the same service without a queue').choices([
      'direct',
    ]),
    acceptQueueOption(),
    timeoutOption('--service-timeout <time>'),
    new Option('--max-wait <time>', 'time within which each message is processed; gives the instances')
      .default(10_000, '10s')
      .argParser(positiveDurationMs),
    new Option('--p99 <time>', "target for the sender's p99 without a queue; used the same way")
      .default(1_000, '1s')
      .argParser(positiveDurationMs),
  ]);
}

/** The service of a prediction. */
export function addModelledServiceOptions(command: Command, mostInstances: number): Command {
  return added(command, 'Service:', [
    rateOption('--service-rate <n>'),
    instancesOption(mostInstances),
    workOption(),
    concurrencyOption(),
    outageOption(),
  ]);
}

export const acceptQueueOption = () =>
  new Option('--accept-queue <n>', 'requests that may wait for a free instance; more get 503')
    .default(100)
    .argParser(wholeNumber(0, 1_000_000));

export const timeoutOption = (flags: string) =>
  new Option(flags, 'how long a request may wait for an instance before it gets 503')
    .default(10_000, '10s')
    .argParser(positiveDurationMs);

const rateOption = (flags: string) =>
  new Option(flags, 'messages a second of each instance (default: no limit)').argParser(perSecond);

const instancesOption = (most: number) =>
  new Option('--instances <n>', 'how many there are, each with that capacity')
    .default(1)
    .argParser(wholeNumber(1, most));

const concurrencyOption = () =>
  new Option('--concurrency <n>', 'messages that an instance works on at once')
    .default(1)
    .argParser(wholeNumber(1, 10_000));

const workOption = () =>
  new Option(
    '--work <time>',
    'on one message: 20ms, uniform:10ms..30ms, exponential:20ms or lognormal:20ms,0.5 (default: none)',
  ).argParser(explained((text: string): WorkOption => ({ text, time: parseWork(text) })));

const failOption = () =>
  new Option('--fail <share>', 'attempts that fail, such as 1% (default: 0%)').argParser(
    (text: string): FailOption => ({ text, share: share(text) }),
  );

const outageOption = () =>
  new Option(
    '--outage <span>',
    'no service from..to, such as 5s..15s since the first message; repeatable',
  ).argParser((text: string, before: readonly Outage[] = []) =>
    mergeOutages([...before, explained(parseSpan)(text)]),
  );

function added(command: Command, group: string, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option.helpGroup(group));
  return command;
}
