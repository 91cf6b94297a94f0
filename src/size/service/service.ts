import { type Failures, meanAttempts } from './failures.ts';
import { meanWorkMs, type Work } from './work.ts';

/** The consumers behind the queue. They take messages in the order of arrival. */
export interface Service {
  readonly instances: number;
  /** What one instance takes at most, messages a second; null: it is bound by its work alone. */
  readonly ratePerSecond: number | null;
  /** Null: one message after the other, each for as long as the rate says. */
  readonly work: Work | null;
  /** Messages that one instance works on at the same time. */
  readonly concurrency: number;
  /** When no instance works; the work in hand goes on afterwards. */
  readonly outages: readonly Outage[];
  /** Absent: every attempt succeeds. */
  readonly failures?: Failures;
}

/** On the clock of the arrivals, finite. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One server of a rate: the simplest service. */
export function serviceOfRate(ratePerSecond: number, outages: readonly Outage[] = []): Service {
  return { instances: 1, ratePerSecond, work: null, concurrency: 1, outages };
}

/** The work on a message, and how many an instance has in hand. */
export function workOf({ ratePerSecond, work, concurrency }: Service): { work: Work; concurrency: number } {
  if (work !== null) return { work, concurrency };
  if (ratePerSecond === null) throw new RangeError('a service without a rate and without work');
  return { work: { kind: 'constant', ms: 1000 / ratePerSecond }, concurrency: 1 };
}

/** What all instances together do in a second, outages aside. */
export function capacityPerSecond(service: Service): number {
  const { work, concurrency } = workOf(service);
  const byWork = (1000 * concurrency) / meanWorkMs(work);
  const attempts = service.instances * Math.min(service.ratePerSecond ?? byWork, byWork);
  return attempts / meanAttempts(service.failures);
}

/** How long one message is in work on average, its further attempts included. */
export function meanServiceMs(service: Service): number {
  return meanWorkMs(workOf(service).work) * meanAttempts(service.failures);
}

/** Share of the capacity of so much working time that the messages take. */
export function utilisation(messages: number, service: Service, workingMs: number): number {
  if (messages === 0 || workingMs <= 0) return 0;
  return Math.min(1, (messages * 1000) / (capacityPerSecond(service) * workingMs));
}
