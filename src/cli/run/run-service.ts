import type { Command } from 'commander';
import type { Claim } from '../../comparison/observed.ts';
import { QblError } from '../../error.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunService } from '../../run/service.ts';
import { type CapacityOptions, capacityOf } from '../options/shared/capacity-options.ts';
import { observeOptionOf } from '../options/shared/observed-target.ts';
import { mustNotBeGiven } from '../options/values/given.ts';

export interface ServiceRunOptions extends Omit<CapacityOptions, 'rate' | 'instances'> {
  readonly serviceGroup?: string;
  readonly observeService?: true;
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
 * Returns the services to run with, one for each number of instances. A list with only null means one run without a
 * service.
 * @throws QblError 'usage' for an option that needs another option
 */
export function servicesOf(options: ServiceRunOptions, command: Command): readonly (RunService | null)[] {
  const { serviceRate, work, instances = [1], compare } = options;
  const observing = observeOptionOf(options);
  if (observing !== null) {
    checkClaim(options, observing, command);
    return [null];
  }
  if (serviceRate === undefined && work === undefined) {
    const hint = 'For example --service-rate 200, or --work 20ms.';
    mustNotBeGiven(command, OF_SERVICE, 'needs a service: add --service-rate or --work', hint);
    return [null];
  }
  if (compare === undefined) {
    mustNotBeGiven(command, OF_DIRECT, 'needs --compare direct: it configures the service without a queue');
  }
  return instances.map((number) => ({
    // The option --rate is the rate of the plan. The option --service-rate is the rate of the service.
    capacity: capacityOf({ ...options, rate: serviceRate, instances: number }),
    maxWaitMs: options.maxWait,
    direct:
      compare === undefined
        ? null
        : { acceptQueue: options.acceptQueue, timeoutMs: options.serviceTimeout, p99Ms: options.p99 },
  }));
}

/**
 * Returns the service that is observed, with the capacity that the user claims. Null if no service is
 * observed.
 */
export function observedOf(options: ServiceRunOptions): { readonly claim: Claim | null } | null {
  const { serviceRate, work, maxWait, instances = [1] } = options;
  if (observeOptionOf(options) === null) return null;
  if (serviceRate === undefined && work === undefined) return { claim: null };
  const capacity = capacityOf({ ...options, rate: serviceRate, instances: instances[0] ?? 1 });
  return { claim: { capacity, maxWaitMs: maxWait } };
}

/**
 * Checks the options about capacity.
 * @throws QblError 'usage' for an option that has no effect on a service that qbl does not run
 */
function checkClaim(
  { serviceRate, work, instances = [1] }: ServiceRunOptions,
  observing: string,
  command: Command,
): void {
  mustNotBeGiven(
    command,
    ['--compare', ...OF_DIRECT],
    `cannot be combined with ${observing}: qbl cannot run your service without a queue`,
  );
  if (instances.length > 1) {
    throw new QblError('usage', `--instances accepts only one number with ${observing}`, {
      hint: 'qbl does not start your service. Give the number of instances that you have started.',
    });
  }
  if (serviceRate !== undefined || work !== undefined) return;
  mustNotBeGiven(
    command,
    OF_SERVICE,
    'needs the capacity of your service: add --service-rate or --work',
    'For example --service-rate 200, or --work 20ms.',
  );
}

/**
 * Checks that the runs with and without a queue have the same arrivals. Without a rate, a refused thread
 * sends its next request at once. During an outage, far more requests would then be refused than arrive at
 * the queue.
 * @throws QblError 'usage' if the arrivals would differ
 */
export function checkSameArrivals({ compare, outage = [] }: ServiceRunOptions, { rate }: Plan): void {
  if (compare === undefined || outage.length === 0 || rate !== null) return;
  throw new QblError('usage', '--compare direct with --outage needs a plan with a rate', {
    hint: 'Add for example --rate 100. Without a rate, a thread whose request is refused sends its next request at once, which makes the comparison unfair.',
  });
}
