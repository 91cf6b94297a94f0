import { type Command, Option } from 'commander';
import { mergeOutages } from '../size/outages.ts';
import { parseWork } from '../size/parse-work.ts';
import { parseSpan } from '../size/rate-profile.ts';
import type { Outage } from '../size/service.ts';
import type { Work } from '../size/work.ts';
import { explained, perSecond, share, wholeNumber } from './parsers.ts';

/** What a service can do, as options say it. */
export interface CapacityOptions {
  readonly instances: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly work?: WorkOption;
  readonly fail: number;
  readonly outage?: readonly Outage[];
}

/** What it does with what fails. */
export interface RetryOptions {
  readonly maxAttempts: number;
  readonly deadLetter?: string;
}

/** With the words in which it was given. */
export interface WorkOption {
  readonly text: string;
  readonly time: Work;
}

const GROUP = 'Work:';

/** What the service can do; all instances together do as much of it as there are instances. */
export function addCapacityOptions(command: Command): Command {
  return command
    .addOption(
      option('--rate <n>', 'messages a second of each instance (default: no limit)').argParser(perSecond),
    )
    .addOption(concurrencyOption())
    .addOption(
      option('--instances <n>', 'how many there are, each with as much capacity')
        .default(1)
        .argParser(wholeNumber(1, MAX_INSTANCES)),
    )
    .addOption(workTimeOption())
    .addOption(failOption())
    .addOption(outageOption());
}

export function addRetryOptions(command: Command): Command {
  return command
    .addOption(
      option('--max-attempts <n>', 'before a message becomes a dead letter')
        .default(3)
        .argParser(wholeNumber(1, 1_000)),
    )
    .addOption(option('--dead-letter <url>', 'where dead letters go (default: <queue>.dead-letter)'));
}

export const MAX_INSTANCES = 100;

export const concurrencyOption = () =>
  option('--concurrency <n>', 'messages that an instance works on at once')
    .default(1)
    .argParser(wholeNumber(1, 10_000));

export const workTimeOption = () =>
  option(
    '--work <time>',
    'on one message: 20ms, uniform:10ms..30ms, exponential:20ms or lognormal:20ms,0.5 (default: none)',
  ).argParser(explained(workOption));

export const failOption = () =>
  option('--fail <share>', 'attempts that fail, such as 1%').default(0, '0%').argParser(share);

export const outageOption = () =>
  option(
    '--outage <span>',
    'no service from..to, such as 5s..15s since the first message; repeatable',
  ).argParser(outage);

function option(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup(GROUP);
}

function workOption(text: string): WorkOption {
  return { text, time: parseWork(text) };
}

function outage(text: string, before: readonly Outage[] = []): Outage[] {
  return mergeOutages([...before, explained(parseSpan)(text)]);
}
