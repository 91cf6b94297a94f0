import { type Flow, messagesOf, type RateProfile, type Segment, segmentsOf } from '../arrivals/arrivals.ts';
import { capacityPerSecond, meanServiceMs, type Service, utilisation } from '../service/service.ts';
import { WorkingClock } from '../service/working-clock.ts';
import { FluidWaits } from './fluid-waits.ts';
import type { ModelResult, Waits } from './model.ts';

/**
 * The fluid model. It treats messages as a liquid that flows in at the rate of the profile and out at the capacity of
 * the service. The computation is exact, but ignores that arrivals and work are random.
 */
export function fluid(pieces: RateProfile, service: Service): ModelResult {
  const tank = new Tank(service);
  const segments = segmentsOf(pieces, tank.cutsMs);
  for (const segment of segments) tank.fill(segment);
  const messages = messagesOf(pieces);
  const [first] = segments;
  return { messages, ...tank.result(messages, first === undefined ? 0 : startOf(first)) };
}

const startOf = (segment: Segment) => (segment.kind === 'burst' ? segment.atMs : segment.fromMs);

/** Adds the mean work time to waiting times. The model knows only means, so every message has the same work time. */
function later(waits: Waits, byMs: number): Waits {
  return {
    meanMs: waits.meanMs + byMs,
    longestMs: waits.longestMs + byMs,
    percentileMs: (percentile) => waits.percentileMs(percentile) + byMs,
  };
}

class Tank {
  readonly #service: Service;
  readonly #capacityPerMs: number;
  readonly #clock: WorkingClock;
  readonly #waits: FluidWaits;
  #backlog = 0;
  #nowMs = 0;
  #peak = 0;
  #peakAtMs: number | null = null;

  constructor(service: Service) {
    this.#service = service;
    this.#capacityPerMs = capacityPerSecond(service) / 1000;
    this.#clock = new WorkingClock(service.outages);
    this.#waits = new FluidWaits(this.#clock);
  }

  /** Times at which an outage starts or ends, so that the service's rate changes. */
  get cutsMs(): number[] {
    return this.#clock.outages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  }

  fill(segment: Segment): void {
    this.#nowMs = startOf(segment);
    this.#peakAtMs ??= this.#nowMs;
    if (segment.kind === 'burst') this.#step(segment.atMs, segment.messages, 0);
    else this.#flow(segment);
  }

  result(messages: number, firstMs: number): Omit<ModelResult, 'messages'> {
    const drainedAtMs = this.#clock.finishTime(this.#turnMs());
    const workingMs = this.#clock.workingTime(drainedAtMs) - this.#clock.workingTime(firstMs);
    return {
      peakBacklog: this.#peak,
      peakAtMs: this.#peakAtMs ?? 0,
      drainedAtMs,
      meanUtilisation: utilisation(messages, this.#service, workingMs),
      waits: this.#waits,
      untilProcessed: later(this.#waits, messages === 0 ? 0 : meanServiceMs(this.#service)),
    };
  }

  /** Computes a period with a constant arrival rate. If the backlog becomes empty, later messages do not wait. */
  #flow({ fromMs, toMs, perMs }: Flow): void {
    const outPerMs = this.#isStopped(fromMs) ? 0 : this.#capacityPerMs;
    const emptyMs = outPerMs > perMs ? fromMs + this.#backlog / (outPerMs - perMs) : toMs;
    const busyToMs = Math.min(emptyMs, toMs);
    this.#step(busyToMs, perMs * (busyToMs - fromMs), outPerMs * (busyToMs - fromMs));
    if (busyToMs === toMs) return;
    this.#backlog = 0;
    const passing = perMs * (toMs - busyToMs);
    this.#step(toMs, passing, passing);
  }

  /** Advances to the time `toMs`. The rates of arrival and of work are constant until then. */
  #step(toMs: number, inflow: number, outflow: number): void {
    const fromMs = this.#nowMs;
    const fromTurnMs = this.#turnMs();
    this.#nowMs = toMs;
    this.#backlog = Math.max(0, this.#backlog + inflow - outflow);
    this.#waits.add({ messages: inflow, fromMs, toMs, fromTurnMs, toTurnMs: this.#turnMs() });
    if (this.#backlog <= this.#peak) return;
    this.#peak = this.#backlog;
    this.#peakAtMs = toMs;
  }

  /**
   * The time when work on a message that arrives now starts, in working time. Working time does not count
   * outages.
   */
  #turnMs(): number {
    return this.#clock.workingTime(this.#nowMs) + this.#backlog / this.#capacityPerMs;
  }

  #isStopped(timeMs: number): boolean {
    return this.#clock.outages.some(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs);
  }
}
