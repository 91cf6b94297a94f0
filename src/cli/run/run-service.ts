import type { Command } from 'commander';
import { QblError } from '../../error.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunService } from '../../run/service.ts';
import { type CapacityOptions, capacityOf } from '../options/shared/capacity-options.ts';
import { mustNotBeGiven } from '../options/values/given.ts';

/** The service of a run, as options say it. */
export interface ServiceRunOptions extends Omit<CapacityOptions, 'rate' | 'instances'> {
  readonly serviceRate?: number;
  readonly instances?: readonly number[];
  readonly compare?: 'direct';
  readonly acceptQueue: number;
  readonly serviceTimeout: number;
  readonly maxWait: number;
  readonly p99: number;
}

const OF_DIRECT = ['--accept-queue', '--service-timeout', '--p99'];
const OF_SERVICE = [
  '--instances',
  '--concurrency',
  '--fail',
  '--outage',
  '--max-wait',
  '--compare',
  ...OF_DIRECT,
];

/**
 * The services to run with, one for each number of instances; a single null: none is wanted.
 * @throws QblError 'usage' for an option without what it is about
 */
export function servicesOf(options: ServiceRunOptions, command: Command): readonly (RunService | null)[] {
  const { serviceRate, work, instances = [1], compare } = options;
  if (serviceRate === undefined && work === undefined) {
    const hint = 'Say what it can do: --service-rate 200, or --work 20ms.';
    mustNotBeGiven(command, OF_SERVICE, 'is about a service, and there is none', hint);
    return [null];
  }
  if (compare === undefined) {
    mustNotBeGiven(command, OF_DIRECT, 'is about the service without a queue, and needs --compare direct');
  }
  return instances.map((number) => ({
    // --rate is that of the plan.
    capacity: capacityOf({ ...options, rate: serviceRate, instances: number }),
    maxWaitMs: options.maxWait,
    direct:
      compare === undefined
        ? null
        : { acceptQueue: options.acceptQueue, timeoutMs: options.serviceTimeout, p99Ms: options.p99 },
  }));
}

/**
 * Without a rate a thread that is refused sends its next request at once. An outage would then refuse far more requests
 * than ever arrive with the queue.
 * @throws QblError 'usage' where the two halves would not have the same arrivals
 */
export function checkSameArrivals({ compare, outage = [] }: ServiceRunOptions, { rate }: Plan): void {
  if (compare === undefined || outage.length === 0 || rate !== null) return;
  throw new QblError('usage', '--compare direct with --outage needs a plan with a rate', {
    hint: 'Add for example --rate 100. Without a rate, refused threads send again at once, and the refusals count only how fast they are.',
  });
}
