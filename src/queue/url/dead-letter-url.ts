import { formatQueueUrl, parseQueueUrl, type QueueAddress } from './url.ts';

/**
 * Returns the URL of a queue's dead-letter queue: `orders.dead-letter` for the queue `orders`.
 * @throws QblError 'usage' for an invalid URL
 */
export function deadLetterUrl(queueUrl: string): string {
  return formatQueueUrl(beside(parseQueueUrl(queueUrl)));
}

function beside(address: QueueAddress): QueueAddress {
  switch (address.system) {
    case 'kafka':
      return { ...address, topic: `${address.topic}.dead-letter` };
    case 'rabbitmq': {
      const queue = `${address.queue}.dead-letter`;
      return { ...address, queue, exchange: queue, routingKey: queue };
    }
    case 'sqs':
      // The name ends in `-dead-letter`, because SQS allows a dot in a queue name only before `fifo`.
      return {
        ...address,
        queue: `${address.queue.replace(/\.fifo$/, '')}-dead-letter${address.fifo ? '.fifo' : ''}`,
      };
  }
}
