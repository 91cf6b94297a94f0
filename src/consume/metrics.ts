import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Counts } from './service/counts.ts';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Figures of the service, from the latest row of its timeline. */
export interface Standing {
  readonly counts: Counts;
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
}

/** The content of `/metrics`. Labels never contain text of a message. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #work = this.#histogram(
    'qbl_consume_work_seconds',
    'Time from the start of the work on a message to its end.',
  );
  readonly #total = this.#histogram(
    'qbl_consume_done_seconds',
    'Time from the arrival of a message to the end of the work on it.',
  );

  constructor(standing: () => Standing) {
    const total = (name: string, help: string, what: keyof Counts) =>
      this.#counter(`qbl_consume_${name}_total`, help, () => standing().counts[what]);
    total('processed', 'Messages that were processed.', 'processed');
    total('dead_lettered', 'Messages sent to the dead-letter queue.', 'deadLettered');
    total('attempts', 'Attempts to process a message.', 'attempts');
    total('failed_attempts', 'Attempts that failed.', 'failed');
    total('redelivered', 'Messages that the queue redelivered.', 'redelivered');
    total('other_runs', 'Messages of other runs, processed or dead-lettered.', 'others');
    this.#gauge(
      'qbl_consume_backlog_messages',
      'Messages that are not acknowledged.',
      () => standing().backlog,
    );
    this.#gauge('qbl_consume_oldest_age_seconds', 'Age of the oldest message that is not acknowledged.', () =>
      seconds(standing().oldestAgeMs),
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  observe(arrivedAtMs: number, startedAtMs: number, finishedAtMs: number): void {
    this.#work.observe((finishedAtMs - startedAtMs) / 1000);
    // The time since the arrival can be negative, because the clocks of sender and service can differ.
    this.#total.observe(Math.max(0, finishedAtMs - arrivedAtMs) / 1000);
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: SECONDS, registers: [this.#registry] });
  }

  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** A gauge whose value can be unknown. Prometheus shows an unknown value as NaN. */
  #gauge(name: string, help: string, read: () => number | null): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read() ?? Number.NaN);
      },
    });
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
