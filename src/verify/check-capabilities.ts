import { QblError } from '../error.ts';
import type { VerifyOptions } from './options.ts';

/**
 * Refuses rules and options that the queue does not support. Call it before any message is read.
 * @throws QblError 'usage' with the reason
 */
export function checkCapabilities({
  queue,
  rules,
  from,
}: Pick<VerifyOptions, 'queue' | 'rules' | 'from'>): void {
  const { order, replay } = queue.capabilities;
  if (rules.ordered && order === null) {
    throw new QblError(
      'usage',
      `--ordered: ${queue.url} does not keep messages in an order that can be checked`,
      {
        hint: 'Omit --ordered, or use a queue that keeps an order, such as an SQS queue whose name ends in .fifo.',
      },
    );
  }
  if (from !== null && !replay) {
    throw new QblError('usage', `--from: ${queue.url} cannot be read from a position or a time`, {
      hint: 'Omit --from. Only Kafka keeps messages after they were read.',
    });
  }
}
