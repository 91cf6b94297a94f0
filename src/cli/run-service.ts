import { type Command, Option } from 'commander';
import { QblError } from '../error.ts';
import type { RunService } from '../run/service.ts';
import {
  type CapacityOptions,
  concurrencyOption,
  failOption,
  outageOption,
  workTimeOption,
} from './consume-options.ts';
import { acceptQueueOption } from './direct.ts';
import { instanceNumbers, perSecond, positiveDurationMs } from './parsers.ts';

/** The service of a run, as options say it. */
export interface ServiceRunOptions extends Omit<CapacityOptions, 'rate' | 'instances'> {
  readonly serviceRate?: number;
  readonly instances?: readonly number[];
  readonly compare?: 'direct';
  readonly acceptQueue: number;
  readonly serviceTimeout: number;
  readonly p99: number;
}

export function addServiceOptions(command: Command): Command {
  const options = [
    new Option('--service-rate <n>', 'start a service that takes so many messages a second').argParser(
      perSecond,
    ),
    new Option(
      '--instances <list>',
      'of the service, each with that rate; 1,2,4 repeats the run for each number (default: 1)',
    ).argParser(instanceNumbers),
    concurrencyOption(),
    workTimeOption(),
    failOption(),
    outageOption(),
    new Option('--compare <with>', 'the same plan against the same service without a queue').choices([
      'direct',
    ]),
    acceptQueueOption(),
    new Option('--service-timeout <time>', 'how long a request may wait there before it gets 503')
      .default(10_000, '10s')
      .argParser(positiveDurationMs),
    new Option('--p99 <time>', "the bound on the sender's p99 for which instances are counted")
      .default(1_000, '1s')
      .argParser(positiveDurationMs),
  ];
  for (const option of options) command.addOption(option.helpGroup('Service:'));
  return command;
}

/**
 * The services to run with, one for each number of instances; a single null: none is wanted.
 * @throws QblError 'usage' for options of a service without one
 */
export function servicesOf(options: ServiceRunOptions): readonly (RunService | null)[] {
  const { serviceRate, work, instances = [1] } = options;
  if (serviceRate === undefined && work === undefined) {
    mustStandAlone(options);
    return [null];
  }
  return instances.map((number) => ({
    ratePerSecond: serviceRate ?? null,
    instances: number,
    concurrency: options.concurrency,
    work: work ?? null,
    failShare: options.fail,
    outages: options.outage ?? [],
    direct:
      options.compare === undefined
        ? null
        : { acceptQueue: options.acceptQueue, timeoutMs: options.serviceTimeout, p99Ms: options.p99 },
  }));
}

function mustStandAlone({ instances, outage, compare }: ServiceRunOptions): void {
  const [given] =
    Object.entries({ instances, outage, compare }).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  throw new QblError('usage', `--${given} is about a service, and there is none`, {
    hint: 'Say what it can do: --service-rate 200, or --work 20ms.',
  });
}
