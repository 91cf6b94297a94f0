import type { Outage, Service } from '../size/service.ts';
import type { Work } from '../size/work.ts';

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
  /** The same service without a queue, for a comparison; null: none is asked for. */
  readonly direct: RunDirect | null;
}

export interface RunDirect {
  readonly acceptQueue: number;
  readonly timeoutMs: number;
  /** The bound on p99 for which instances are counted. */
  readonly p99Ms: number;
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

export function directArguments(service: RunService, { acceptQueue, timeoutMs }: RunDirect): string[] {
  const bounds = ['--accept-queue', String(acceptQueue), '--timeout', `${timeoutMs}ms`];
  return [...capacityArguments(service), ...bounds];
}

/** The service as the model has it, with outages on the clock of the arrivals. */
export function modelledService(service: RunService, firstArrivalMs: number): Service {
  const { ratePerSecond, instances, concurrency, work, outages } = service;
  return {
    ratePerSecond,
    instances,
    concurrency,
    work: work?.time ?? null,
    outages: outages.map(({ fromMs, toMs }) => ({
      fromMs: firstArrivalMs + fromMs,
      toMs: firstArrivalMs + toMs,
    })),
  };
}
