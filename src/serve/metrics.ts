import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EnqueueOutcome } from './ingest/batcher.ts';
import type { Budget } from './ingest/budget.ts';
import { metricsOfAll } from './worker-metrics.ts';

const LATENCY_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The content of `/metrics`. Labels never contain text from a request. */
export class ServeMetrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('qbl_serve_requests_total', 'Requests answered, by status.', 'status');
  readonly #messages = this.#counter('qbl_serve_messages_total', 'Messages by outcome.', 'outcome');
  readonly #bytes = new Counter({
    name: 'qbl_serve_message_bytes_total',
    help: 'Bytes of the messages that were acked.',
    registers: [this.#registry],
  });
  readonly #latency = new Histogram({
    name: 'qbl_serve_ack_seconds',
    help: "Time from a message's arrival to its ack.",
    buckets: LATENCY_BUCKETS_SECONDS,
    registers: [this.#registry],
  });
  readonly #batches = new Histogram({
    name: 'qbl_serve_batch_messages',
    help: 'Messages in one batch handed to the queue.',
    buckets: BATCH_BUCKETS,
    registers: [this.#registry],
  });

  readonly #all = metricsOfAll(this.#registry);

  constructor(budget: Budget) {
    this.#gauge('qbl_serve_pending_messages', 'Messages not answered yet.', () => budget.messages);
    this.#gauge('qbl_serve_pending_bytes', 'Bytes of requests held in memory.', () => budget.bytes);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /**
   * Returns the metrics as text. If serve has several workers, returns the metrics of all of them, or null if one of them
   * does not answer.
   */
  text(): Promise<string | null> {
    return this.#all();
  }

  countRequest(status: number): void {
    increment(this.#requests, String(status));
  }

  countOutcome(outcome: EnqueueOutcome['kind'], bytes: number, latencyMs: number): void {
    increment(this.#messages, outcome);
    if (outcome !== 'acked') return;
    this.#bytes.inc(bytes);
    this.#latency.observe(latencyMs / 1000);
  }

  countBatch(messages: number): void {
    this.#batches.observe(messages);
  }

  /**
   * A counter with one label. The counts are kept here and copied when they are read. prom-client looks up its labels
   * at each increment, which takes longer than the rest of the counting.
   */
  #counter(name: string, help: string, label: string): Map<string, number> {
    const counts = new Map<string, number>();
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
    });
    return counts;
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}

function increment(counts: Map<string, number>, label: string): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
