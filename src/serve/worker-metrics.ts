import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/**
 * Metrics of all workers together: whichever is asked asks the primary, which adds up what each of them has.
 */

interface MetricsRequest {
  readonly type: 'metrics-request';
  readonly id: number;
}

interface MetricsResponse {
  readonly type: 'metrics-response';
  readonly id: number;
  /** Null: they could not be had. */
  readonly text: string | null;
}

/** The primary's side. */
export function answerMetrics(worker: Worker, all: () => Promise<string>): void {
  worker.on('message', async (message: MetricsRequest) => {
    if (message.type !== 'metrics-request') return;
    const text = await all().catch(() => null);
    const response: MetricsResponse = { type: 'metrics-response', id: message.id, text };
    if (worker.isConnected()) worker.send(response, () => {});
  });
}

/** The worker's side: a function that gets the metrics of all; outside of a worker, the registry's own. */
export function metricsOfAll(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries(registry);
  // Makes this worker answer the primary when it adds up.
  new AggregatorRegistry();
  let lastId = 0;
  return () => {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      const onMessage = (message: MetricsResponse) => {
        if (message.type !== 'metrics-response' || message.id !== id) return;
        process.off('message', onMessage);
        if (message.text === null) reject(new Error('the metrics of the other workers cannot be had'));
        else resolve(message.text);
      };
      process.on('message', onMessage);
      process.send?.({ type: 'metrics-request', id } satisfies MetricsRequest);
    });
  };
}
