import type { Queue } from './queue.ts';
import { parseQueueUrl } from './url.ts';

/**
 * The queue behind a URL, not connected yet. Its adapter is loaded only when it is asked for.
 * @throws QblError 'usage' for a URL that names no queue
 */
export async function openQueue(url: string): Promise<Queue> {
  const address = parseQueueUrl(url);
  switch (address.system) {
    case 'kafka': {
      const { KafkaQueue } = await import('./kafka/kafka-queue.ts');
      return new KafkaQueue(address);
    }
  }
}
