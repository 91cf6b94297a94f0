import { QblError } from '../error.ts';
import type { VerifyOptions } from './options.ts';

/**
 * Refuses what the queue cannot tell, before anything is read.
 * @throws QblError 'usage', which says why
 */
export function checkCapabilities({
  queue,
  rules,
  from,
}: Pick<VerifyOptions, 'queue' | 'rules' | 'from'>): void {
  const { order, replay } = queue.capabilities;
  if (rules.ordered && order === null) {
    throw new QblError('usage', `--ordered: ${queue.url} keeps no order that could be checked`, {
      hint: 'Leave it out, or use a queue that keeps an order, such as an SQS queue whose name ends in .fifo.',
    });
  }
  if (from !== null && !replay) {
    throw new QblError('usage', `--from: ${queue.url} cannot be read from a place or a time`, {
      hint: 'What was read from it once is gone. Only Kafka keeps its messages.',
    });
  }
}
