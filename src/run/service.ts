import type { DirectBounds } from '../comparison/direct-half.ts';
import type { Outage } from '../size/service/service.ts';
import type { Work } from '../size/service/work.ts';

/** The service behind the queue that a run starts. */
export interface RunService {
  /** Messages a second of each instance; null: no limit. */
  readonly ratePerSecond: number | null;
  readonly instances: number;
  readonly concurrency: number;
  /** With the words in which it was given; null: none. */
  readonly work: { readonly text: string; readonly time: Work } | null;
  /** The same of the share of attempts that fail. */
  readonly fail: { readonly text: string; readonly share: number } | null;
  /** Since the first message. */
  readonly outages: readonly Outage[];
  /** The longest wait in the queue for which instances are counted. */
  readonly maxWaitMs: number;
  /** The same service without a queue, for a comparison; null: none is asked for. */
  readonly direct: DirectBounds | null;
}

/** What the service can do, as arguments of `consume` and `direct`. */
export function capacityArguments(service: RunService): string[] {
  const { ratePerSecond, instances, concurrency, work, fail, outages } = service;
  return [
    ...(ratePerSecond === null ? [] : ['--rate', String(ratePerSecond)]),
    ...['--instances', String(instances), '--concurrency', String(concurrency)],
    ...(work === null ? [] : ['--work', work.text]),
    ...(fail === null ? [] : ['--fail', fail.text]),
    ...outages.flatMap(({ fromMs, toMs }) => ['--outage', `${fromMs}ms..${toMs}ms`]),
  ];
}

export function directArguments(service: RunService, { acceptQueue, timeoutMs }: DirectBounds): string[] {
  const bounds = ['--accept-queue', String(acceptQueue), '--timeout', `${timeoutMs}ms`];
  return [...capacityArguments(service), ...bounds];
}
