import { hasIdentity } from '../../message/reading/has-identity.ts';
import { MessageReader, type Reading } from '../../message/reading/read.ts';
import type { Plan } from '../../plan/plan.ts';
import { planBodies } from '../../plan/template/plan-bodies.ts';
import type { Delivery, Positions } from '../../queue/queue.ts';
import { Tally } from '../counting/tally.ts';
import { CLOCK_SLEW_MS, CLOCK_STEP_MS } from '../gathering/period.ts';
import { isWithin, type RowWindow } from '../row-window.ts';
import { EndToEndLatency } from './latency.ts';

/** What is known of a run beside its samples. */
export interface KnownRun {
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly end: { readonly atMs: number } | null;
}

/** What has been read so far of the runs that are judged together. */
export class Inspection {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly latency = new EndToEndLatency();
  readonly #reader: MessageReader;
  readonly #known: (run: string) => KnownRun | null;
  readonly #live: boolean;
  readonly #periods = new Map<string, RowWindow>();
  readonly #firstOwn = new Map<number, number>();
  #deliveries = 0;
  #own = 0;
  #foreign = 0;
  readonly #nameless = new Map<string, number>();

  /**
   * @param known asked for when it is needed, because a tap is there before its run; null: there is no run.json
   * @param live whether the reader was there before the first send
   */
  constructor(runs: readonly string[], known: (run: string) => KnownRun | null, live: boolean) {
    this.tallies = new Map(
      runs.map((run) => [
        run,
        new Tally(
          run,
          requestsOf(() => known(run)),
        ),
      ]),
    );
    this.#reader = new MessageReader(
      new Map(runs.map((run) => [run, planBodies(() => known(run)?.plan ?? null)])),
    );
    this.#known = known;
    this.#live = live;
  }

  /** @throws when the run is none of those that are judged: its messages would all be missing */
  tallyOf(run: string): Tally {
    const tally = this.tallies.get(run);
    if (tally === undefined) throw new Error(`the run ${run} is not judged here`);
    return tally;
  }

  /** Everything that was read. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Deliveries of the runs, damaged ones too. */
  get own(): number {
    return this.#own;
  }

  /** Deliveries in the time of the run that carry no identity at all, as long as it had none of its own. */
  namelessOf(run: string): number {
    return this.#nameless.get(run) ?? 0;
  }

  /** Deliveries of other runs, or of no run. */
  get foreign(): number {
    return this.#foreign;
  }

  /** The lowest offset at which one of the runs' messages was seen, by partition. */
  get firstOwn(): Positions {
    return this.#firstOwn;
  }

  /** Acked messages that were not seen yet. */
  get missing(): number {
    let missing = 0;
    for (const tally of this.tallies.values()) missing += tally.missing;
    return missing;
  }

  add(deliveries: readonly Delivery[]): void {
    this.#deliveries += deliveries.length;
    for (const delivery of deliveries) this.#addOne(delivery);
  }

  #addOne(delivery: Delivery): void {
    const reading = this.#reader.read(delivery.value);
    if (reading.kind === 'foreign') {
      this.#foreign++;
      this.#countNameless(delivery);
      return;
    }
    const tally = this.tallyOf(reading.run);
    if (this.#isOfAnotherTime(reading)) {
      tally.addOfOtherExecution();
      return;
    }
    const told = tally.addReading(reading, delivery, delivery.redelivered);
    if (told === 'other') return;
    this.#own++;
    if (!this.#firstOwn.has(delivery.partition)) this.#firstOwn.set(delivery.partition, delivery.offset);
    if (told === 'first' && reading.kind === 'message' && reading.condition !== 'corrupt')
      this.latency.record(delivery, reading.sentAtMs, this.#live);
  }

  /** Only asked while nothing of a run was found: reading each foreign message a second time takes its time. */
  #countNameless({ value, timestamp }: Delivery): void {
    if (value === null) return;
    const runs = [...this.tallies]
      .filter(([, { deliveries }]) => deliveries === 0)
      .map(([run]) => run)
      .filter((run) => timestamp === null || this.#mayHaveSentAt(run, timestamp.atMs));
    if (runs.length === 0 || hasIdentity(value)) return;
    for (const run of runs) this.#nameless.set(run, this.namelessOf(run) + 1);
  }

  /** Stamps of another clock may differ by the margin, and a message may take its time to come. */
  #mayHaveSentAt(run: string, atMs: number): boolean {
    const period = this.#periodOf(run);
    return period === null || this.#live || (atMs >= period.fromMs - CLOCK_SLEW_MS && atMs <= period.toMs);
  }

  /** Known without its row. What is damaged tells no time. */
  #isOfAnotherTime(reading: Reading): boolean {
    if (reading.kind !== 'message' || reading.condition === 'corrupt' || reading.condition === 'unproven')
      return false;
    const period = this.#periodOf(reading.run);
    return period !== null && !isWithin(reading.sentAtMs, period);
  }

  #periodOf(run: string): RowWindow | null {
    const cached = this.#periods.get(run);
    if (cached !== undefined) return cached;
    const known = this.#known(run);
    if (known === null) return null;
    const { startedAtMs, end } = known;
    const toMs = end === null ? Number.POSITIVE_INFINITY : end.atMs + CLOCK_SLEW_MS;
    const period = { fromMs: startedAtMs - CLOCK_STEP_MS, toMs };
    this.#periods.set(run, period);
    return period;
  }
}

function requestsOf(known: () => KnownRun | null): (group: number) => number {
  return (group) => known()?.plan.threadGroups[group - 1]?.requests.length ?? 1;
}
