import { type BodyTemplates, MessageReader } from '../message/read.ts';
import { bodyShape } from '../plan/body-template.ts';
import type { Plan } from '../plan/plan.ts';
import type { Delivery } from '../queue/queue.ts';
import { EndToEndLatency } from './latency.ts';
import { Tally } from './tally.ts';

/** What has been read of one run so far: the tally and the latencies. */
export class Inspection {
  readonly tally = new Tally();
  readonly latency = new EndToEndLatency();
  readonly #reader: MessageReader;
  readonly #live: boolean;
  #deliveries = 0;

  /**
   * @param plan asked for when a message does not match as it came; null: unknown
   * @param live whether the reader was there before the first send
   */
  constructor(run: string, plan: () => Plan | null, live: boolean) {
    this.#reader = new MessageReader(new Map([[run, bodyTemplates(plan)]]));
    this.#live = live;
  }

  /** Everything that was read, foreign messages too. */
  get deliveries(): number {
    return this.#deliveries;
  }

  add(deliveries: readonly Delivery[]): void {
    this.#deliveries += deliveries.length;
    for (const delivery of deliveries) {
      const reading = this.#reader.read(delivery.value);
      const first = this.tally.addReading(reading, delivery);
      if (first && reading.kind === 'message') this.latency.record(delivery, reading.sentAtMs, this.#live);
    }
  }
}

function bodyTemplates(plan: () => Plan | null): BodyTemplates {
  const shapes = new Map<string, ReturnType<typeof bodyShape>>();
  return (group, request) => {
    const known = shapes.get(`${group}-${request}`);
    if (known !== undefined) return known;
    const body = plan()?.threadGroups[group - 1]?.requests[request - 1]?.body ?? null;
    const shape = bodyShape(body);
    shapes.set(`${group}-${request}`, shape);
    return shape;
  };
}
