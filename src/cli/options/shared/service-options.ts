import { type Command, Option } from 'commander';
import { exactDurationMs, instanceNumbers, positiveDurationMs, wholeNumber } from '../values/parsers.ts';
import {
  addGroup,
  concurrencyOption,
  failOption,
  instancesOption,
  MAX_INSTANCES,
  outageOption,
  rateOption,
  workOption,
} from './capacity-options.ts';
import { observeServiceOption, serviceGroupOption } from './options.ts';

/** Options for the service that `qbl run` starts, once for each number of instances. */
export function addRunServiceOptions(command: Command): Command {
  return addGroup(command, 'Service:', [
    serviceGroupOption(
      'observe your own service on Kafka by its consumer group; other service options then only describe that service',
    ),
    observeServiceOption(
      'observe your own service on RabbitMQ or SQS by its queue; other service options then only describe that service',
    ),
    rateOption('--service-rate <n>'),
    new Option(
      '--instances <list>',
      'number of service instances; 1,2,4 repeats the run for each number (default: 1)',
    ).argParser((text: string) => instanceNumbers(text, MAX_INSTANCES)),
    concurrencyOption(),
    workOption(),
    failOption(),
    outageOption(),
    new Option('--compare <with>', 'also run the plan against the service without a queue').choices([
      'direct',
    ]),
    acceptQueueOption(),
    timeoutOption('--service-timeout <time>'),
    new Option(
      '--max-wait <time>',
      'maximum time until a message is processed; used to compute the number of instances',
    )
      .default(10_000, '10s')
      .argParser(exactDurationMs),
    new Option(
      '--p99 <time>',
      'target for the p99 response time without the queue; used to compute the number of instances',
    )
      .default(1_000, '1s')
      .argParser(exactDurationMs),
  ]);
}

/** Options for the service that `qbl size` models. */
export function addModelledServiceOptions(command: Command, mostInstances: number): Command {
  return addGroup(command, 'Service:', [
    rateOption('--service-rate <n>'),
    instancesOption(mostInstances),
    workOption(),
    concurrencyOption(),
    outageOption(),
  ]);
}

export const acceptQueueOption = () =>
  new Option('--accept-queue <n>', 'maximum number of waiting requests; further requests get 503')
    .default(100)
    .argParser(wholeNumber(0, 1_000_000));

export const timeoutOption = (flags: string) =>
  new Option(flags, 'time that a request can wait before it gets 503')
    .default(10_000, '10s')
    .argParser(positiveDurationMs);
