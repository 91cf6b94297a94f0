import { type BodyTemplates, MessageReader } from '../message/read.ts';
import { bodyShape } from '../plan/body-template.ts';
import type { Plan } from '../plan/plan.ts';
import type { Delivery, Positions } from '../queue/queue.ts';
import { EndToEndLatency } from './latency.ts';
import { Tally } from './tally.ts';

/** What has been read so far of the runs that are judged together. */
export class Inspection {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly latency = new EndToEndLatency();
  readonly #reader: MessageReader;
  readonly #live: boolean;
  #deliveries = 0;
  #foreign = 0;
  readonly #firstOwn = new Map<number, number>();

  /**
   * @param plan asked for when a message of the run does not match as it came; null: unknown
   * @param live whether the reader was there before the first send
   */
  constructor(runs: readonly string[], plan: (run: string) => Plan | null, live: boolean) {
    this.tallies = new Map(runs.map((run) => [run, new Tally(run)]));
    this.#reader = new MessageReader(new Map(runs.map((run) => [run, bodyTemplates(() => plan(run))])));
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
      return;
    }
    if (!this.#firstOwn.has(delivery.partition)) this.#firstOwn.set(delivery.partition, delivery.offset);
    const first = this.tallies.get(reading.run)?.addReading(reading, delivery) === true;
    if (first && reading.kind === 'message') this.latency.record(delivery, reading.sentAtMs, this.#live);
  }
}

function bodyTemplates(plan: () => Plan | null): BodyTemplates {
  const shapes = new Map<string, ReturnType<typeof bodyShape>>();
  return (group, request) => {
    const known = shapes.get(`${group}-${request}`);
    if (known !== undefined) return known;
    const sent = plan();
    const body = sent?.threadGroups[group - 1]?.requests[request - 1]?.body ?? null;
    const shape = bodyShape(body, sent?.variables);
    shapes.set(`${group}-${request}`, shape);
    return shape;
  };
}
