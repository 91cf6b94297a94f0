import { formatQueueUrl, parseQueueUrl, type QueueAddress } from './url.ts';

/**
 * The queue beside another one where its dead letters go: `orders.dead-letter`.
 * @throws QblError 'usage' for a URL that means nothing
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
      // SQS has no dots in names but that before `fifo`.
      return {
        ...address,
        queue: `${address.queue.replace(/\.fifo$/, '')}-dead-letter${address.fifo ? '.fifo' : ''}`,
      };
  }
}
