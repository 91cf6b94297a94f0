import { type BodyTemplates, MessageReader, type Reading } from '../message/read.ts';
import { bodyShape } from '../plan/body-template.ts';
import type { Plan } from '../plan/plan.ts';
import type { Delivery, Positions } from '../queue/queue.ts';
import { EndToEndLatency } from './latency.ts';
import { Tally } from './tally.ts';

/** What is known of a run beside its samples. */
export interface KnownRun {
  readonly plan: Plan;
  readonly startedAtMs: number;
}

/** How far a clock may go back between the start of a run and its first sending. */
const CLOCK_STEP_MS = 1_000;

/** What has been read so far of the runs that are judged together. */
export class Inspection {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly latency = new EndToEndLatency();
  readonly #reader: MessageReader;
  readonly #known: (run: string) => KnownRun | null;
  readonly #live: boolean;
  readonly #startedAtMs = new Map<string, number>();
  readonly #firstOwn = new Map<number, number>();
  #deliveries = 0;
  #foreign = 0;
  #usedBefore: string | null = null;

  /**
   * @param known asked for when it is needed, because a tap is there before its run; null: there is no run.json
   * @param live whether the reader was there before the first send
   */
  constructor(runs: readonly string[], known: (run: string) => KnownRun | null, live: boolean) {
    this.tallies = new Map(runs.map((run) => [run, new Tally(run)]));
    this.#reader = new MessageReader(new Map(runs.map((run) => [run, bodyTemplates(() => known(run))])));
    this.#known = known;
    this.#live = live;
  }

  /** Everything that was read. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Deliveries of other runs, or of no run. */
  get foreign(): number {
    return this.#foreign;
  }

  /** The run of which messages were seen that are older than itself; null: none. */
  get usedBefore(): string | null {
    return this.#usedBefore;
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
    if (reading.kind === 'foreign' || this.#isOlderThanItsRun(reading)) {
      this.#foreign++;
      return;
    }
    if (!this.#firstOwn.has(delivery.partition)) this.#firstOwn.set(delivery.partition, delivery.offset);
    const first = this.tallies.get(reading.run)?.addReading(reading, delivery) === true;
    if (first && reading.kind === 'message') this.latency.record(delivery, reading.sentAtMs, this.#live);
  }

  /** Yesterday's messages of the same id would satisfy today's acks. What is damaged tells no time. */
  #isOlderThanItsRun(reading: Reading): boolean {
    if (reading.kind !== 'message' || reading.condition === 'corrupt') return false;
    if (reading.sentAtMs >= this.#startOf(reading.run) - CLOCK_STEP_MS) return false;
    this.#usedBefore = reading.run;
    return true;
  }

  #startOf(run: string): number {
    const cached = this.#startedAtMs.get(run);
    if (cached !== undefined) return cached;
    const startedAtMs = this.#known(run)?.startedAtMs;
    if (startedAtMs !== undefined) this.#startedAtMs.set(run, startedAtMs);
    return startedAtMs ?? Number.NEGATIVE_INFINITY;
  }
}

function bodyTemplates(known: () => KnownRun | null): BodyTemplates {
  const shapes = new Map<string, ReturnType<typeof bodyShape>>();
  return (group, request) => {
    const shape = shapes.get(`${group}-${request}`);
    if (shape !== undefined) return shape;
    const plan = known()?.plan;
    if (plan === undefined) return 'unknown';
    const made = bodyShape(plan.threadGroups[group - 1]?.requests[request - 1]?.body ?? null);
    shapes.set(`${group}-${request}`, made);
    return made;
  };
}
