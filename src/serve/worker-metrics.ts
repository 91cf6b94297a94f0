import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/**
 * Combines the metrics of all workers. The worker that gets the request for metrics asks the primary process, which
 * adds up the metrics of all workers.
 */

interface MetricsRequest {
  readonly type: 'metrics-request';
  readonly id: number;
}

interface MetricsResponse {
  readonly type: 'metrics-response';
  readonly id: number;
  /** The metrics. Null if the primary process could not collect them. */
  readonly text: string | null;
}

/** Runs in the primary process: answers a worker that asks for the metrics of all workers. */
export function answerMetrics(worker: Worker, all: () => Promise<string>): void {
  worker.on('message', async (message: MetricsRequest) => {
    if (message.type !== 'metrics-request') return;
    const text = await all().catch(() => null);
    const response: MetricsResponse = { type: 'metrics-response', id: message.id, text };
    if (worker.isConnected()) worker.send(response, () => {});
  });
}

/**
 * Returns a function for the metrics. In a worker, the function returns the metrics of all workers, or null if one of
 * them does not answer. In any other process, it returns the metrics of the registry.
 */
export function metricsOfAll(registry: Registry): () => Promise<string | null> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries(registry);
  // The constructor of AggregatorRegistry makes this worker answer when the primary process asks for its metrics.
  new AggregatorRegistry();
  let lastId = 0;
  return () => {
    const id = ++lastId;
    return new Promise((resolve) => {
      const onMessage = (message: MetricsResponse) => {
        if (message.type !== 'metrics-response' || message.id !== id) return;
        process.off('message', onMessage);
        resolve(message.text);
      };
      process.on('message', onMessage);
      process.send?.({ type: 'metrics-request', id } satisfies MetricsRequest);
    });
  };
}
