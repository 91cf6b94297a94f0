import type { Identity } from '../../message/identity.ts';
import { pause } from '../../pause.ts';
import type { VerifyProgress } from '../../process/messages.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Delivery, Drain } from '../../queue/reader.ts';
import { FROM_QUEUE_TAG, type HopVerification, type TimeFromQueue } from '../../runs/documents/hops-json.ts';
import type { Rules } from '../../runs/documents/verify-json.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { HopCounter } from '../counting/hops/count-hops.ts';
import { HopTally } from '../counting/hops/hop-tally.ts';
import { knownRuns } from '../gathering/known-runs.ts';
import type { HopsFound, HopsToRead, HopWatch, QueueReading } from '../hop-watch.ts';
import { ArrivalTimes } from '../reading/arrival-times.ts';
import { KeptRuns } from '../reading/kept-runs.ts';
import { requestsOf } from '../reading/run-periods.ts';
import { HopInspection } from './hop-inspection.ts';
import { HopReading, type HopReadingOptions } from './hop-reading.ts';
import { isSameSystem, timeFromQueue } from './time-from-queue.ts';

/** How often to look for outputs that are still missing. */
const LOOK_AGAIN_MS = 250;

export interface HopReadersOptions extends HopReadingOptions {
  /** The URL of the first queue, from which the service takes the messages. */
  readonly queueUrl: string;
  readonly rules: Rules;
  /** Time in milliseconds. With `exactlyOnce`, the wait ends early only if no message came for this long. */
  readonly settleMs: number;
  /** Maximum time for each attempt to read the hops to their ends. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: VerifyProgress) => void;
}

/** Reads all hops of the runs at the same time. */
export class HopReaders implements HopWatch {
  readonly #hops: HopsToRead;
  readonly #options: HopReadersOptions;
  readonly #known: KeptRuns;
  readonly #tallies: ReadonlyMap<string, HopTally>;
  readonly #readings: readonly HopReading[];
  readonly #queueArrivals = new ArrivalTimes();
  /** When the wait began, by `performance.now()`. A second reading of the queue does not start another wait. */
  #waitsSinceMs: number | null = null;

  private constructor(
    hops: HopsToRead,
    options: HopReadersOptions,
    known: KeptRuns,
    tallies: ReadonlyMap<string, HopTally>,
    readings: readonly HopReading[],
  ) {
    this.#hops = hops;
    this.#options = options;
    this.#known = known;
    this.#tallies = tallies;
    this.#readings = readings;
  }

  /**
   * Opens the hops.
   * @throws QblError 'environment' before the run, if a hop cannot be read
   */
  static async open(hops: HopsToRead, options: HopReadersOptions): Promise<HopReaders> {
    const { folders, live } = options;
    const ids = folders.map(({ id }) => id);
    const known = new KeptRuns(ids, knownRuns(folders, live));
    const newTally = (id: string) =>
      new HopTally(
        id,
        requestsOf(() => known.of(id)),
        hops.places.length,
      );
    const tallies = new Map(ids.map((id) => [id, newTally(id)]));
    const readings: HopReading[] = [];
    try {
      for (const [hop, place] of hops.places.entries()) {
        const inspection = new HopInspection({ hop, tallies, known, find: place.find, live });
        readings.push(await HopReading.open(place, inspection, options));
      }
    } catch (error) {
      for (const reading of readings) await reading.close();
      throw error;
    }
    return new HopReaders(hops, options, known, tallies, readings);
  }

  /** What later verifications need to know about the start of the run in each hop. */
  get starts() {
    return this.#readings.flatMap(({ start }) => start ?? []);
  }

  startOf(run: string): number | null {
    return this.#known.startOf(run);
  }

  /**
   * Records when a message arrived in the first queue. A reading after the run knows only timestamps, so it adds
   * nothing if a live reader has recorded arrivals. The two kinds of times are never mixed.
   */
  addQueueArrival(identity: Identity, delivery: Delivery, live: boolean): void {
    if (live !== this.#options.live) return;
    const queuedAtMs = this.#queueArrivals.of(delivery, live);
    const tally = this.#tallyOf(identity.run);
    if (queuedAtMs === null || !tally.keepQueueArrival(identity, queuedAtMs)) return;
    for (const { inspection } of this.#readings) inspection.addQueueArrival(identity, queuedAtMs, tally);
  }

  async conclude(runs: readonly QueueReading[], isDrained: boolean): Promise<HopsFound> {
    this.#expect(runs);
    this.#waitsSinceMs ??= performance.now();
    const drains = isDrained ? await this.#wait(this.#waitsSinceMs + this.#hops.withinMs) : [];
    const waitedMs = Math.round(performance.now() - this.#waitsSinceMs);
    const counter = this.#count(runs);
    const { rule, withinMs } = this.#hops;
    const { counts, offenders } = counter;
    const places = this.#readings.map((reading, hop) =>
      placeOf(reading, drains[hop], counter.ofHops[hop], this.#fromQueue(reading)),
    );
    return {
      record: { rule, withinMs, waitedMs, ...counts, offenders, places },
      histograms: new Map(this.#readings.flatMap((reading) => this.#histograms(reading))),
      undrained: this.#readings.flatMap((reading, index) => reading.undrained(drains[index])),
      doubts: await this.#doubts(drains, runs),
      redelivered: this.#readings.reduce((sum, { inspection }) => sum + inspection.redelivered, 0),
    };
  }

  async close(): Promise<void> {
    for (const reading of this.#readings) await reading.close();
  }

  /** Records which messages the first queue has. */
  #expect(runs: readonly QueueReading[]): void {
    for (const { inQueue } of runs) {
      const tally = this.#tallyOf(inQueue.run);
      tally.expectNone();
      for (const identity of inQueue.messages()) tally.expect(identity);
    }
  }

  /**
   * Reads the hops to their ends until nothing is missing, or until the time limit for the wait. The last reading
   * begins after that limit.
   */
  async #wait(limitMs: number): Promise<readonly Drain[]> {
    const { settleMs, deadlineMs, signal, rules, onProgress } = this.#options;
    let seen = -1;
    let quietSinceMs = 0;
    while (true) {
      const isLast = performance.now() >= limitMs;
      const deadline = performance.now() + deadlineMs;
      const drains = await Promise.all(this.#readings.map((reading) => reading.drain(deadline, signal)));
      if (isLast || drains.some(({ complete }) => !complete)) return drains;
      if (this.#own !== seen) quietSinceMs = performance.now();
      seen = this.#own;
      const isQuiet = !rules.exactlyOnce || performance.now() - quietSinceMs >= settleMs;
      if (this.#missing === 0 && isQuiet) return drains;
      onProgress({ phase: 'waiting', waitsFor: 'hops' });
      await pause(Math.min(LOOK_AGAIN_MS, Math.max(0, limitMs - performance.now())), signal);
    }
  }

  #count(runs: readonly QueueReading[]): HopCounter {
    const { places, rule } = this.#hops;
    const inQueueOf = new Map(runs.map(({ inQueue }) => [inQueue.run, inQueue]));
    const counter = new HopCounter(
      places.length,
      rule,
      (identity) => inQueueOf.get(identity.run)?.maySend(identity) === true,
    );
    for (const { inQueue } of runs) {
      const tally = this.#tallyOf(inQueue.run);
      for (const entry of tally.entries()) {
        counter.add(entry);
        const sentAtMs = inQueue.tokenSentAtMs(entry.identity);
        if (sentAtMs !== null) this.#addTokenLatencies(tally, entry.identity, sentAtMs);
      }
    }
    return counter;
  }

  #addTokenLatencies(tally: HopTally, identity: Parameters<HopTally['add']>[1], sentAtMs: number): void {
    for (const [hop, { inspection }] of this.#readings.entries()) {
      const arrivedAtMs = tally.takeArrival(hop, identity);
      if (arrivedAtMs !== null) inspection.latency.add(arrivedAtMs - sentAtMs);
    }
  }

  #fromQueue({ hop, inspection }: HopReading): TimeFromQueue {
    const sources = {
      queue: this.#queueArrivals.source,
      hop: inspection.latency.source,
      isSameSystem: isSameSystem(this.#options.queueUrl, hop.queue.url),
    };
    return timeFromQueue(sources, inspection.fromQueue);
  }

  #histograms(reading: HopReading): [string, Histogram][] {
    const { hop, inspection } = reading;
    const fromSend: [string, Histogram] = [hop.name, inspection.latency.histogram];
    if (this.#fromQueue(reading).kind !== 'measured') return [fromSend];
    return [fromSend, [`${FROM_QUEUE_TAG}${hop.name}`, inspection.fromQueue.histogram]];
  }

  async #doubts(drains: readonly Drain[], runs: readonly QueueReading[]): Promise<Doubt[]> {
    const doubts: Doubt[] = [];
    for (const [hop, reading] of this.#readings.entries()) {
      const drain = drains[hop];
      if (drain === undefined) continue;
      for (const doubt of await reading.doubts(drain, runs))
        doubts.push({ ...doubt, text: `hop "${reading.hop.name}": ${doubt.text}` });
    }
    return doubts;
  }

  get #missing(): number {
    return [...this.#tallies.values()].reduce((sum, { missing }) => sum + missing, 0);
  }

  get #own(): number {
    return this.#readings.reduce((sum, { inspection }) => sum + inspection.own, 0);
  }

  #tallyOf(run: string): HopTally {
    const tally = this.#tallies.get(run);
    if (tally === undefined) throw new Error(`run ${run} is not being verified here`);
    return tally;
  }
}

function placeOf(
  { hop, inspection }: HopReading,
  drain: Drain | undefined,
  counts: HopCounter['ofHops'][number] | undefined,
  fromQueue: TimeFromQueue,
): HopVerification {
  const { deliveries, foreign, latency } = inspection;
  const { received = 0, repeated = 0, neverSent = 0, notInQueue = 0 } = counts ?? {};
  return {
    name: hop.name,
    queue: hop.queue.url,
    ...{ deliveries, received, repeated, neverSent, notInQueue, foreign },
    drained: drain?.complete === true,
    latencySource: latency.source,
    latencyMs: latency.summary(),
    fromQueue,
  };
}
