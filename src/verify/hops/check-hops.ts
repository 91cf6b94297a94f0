import { QblError } from '../../error.ts';
import type { HopsToRead } from '../hop-watch.ts';

/**
 * Refuses hops (queues to which the user's service writes) that cannot be read. Call it before any message is
 * read.
 * @param queueUrl URL of the first queue
 * @param live whether nothing was sent yet
 * @throws QblError 'usage' with the reason
 */
export function checkHops({ places }: HopsToRead, queueUrl: string, live: boolean): void {
  for (const { name, queue } of places) {
    const { tap, replay } = queue.capabilities;
    if (queue.url === queueUrl)
      throw new QblError('usage', `hop "${name}" is the queue itself: ${queue.url}`, {
        hint: 'A hop is a further queue or topic, to which the service writes.',
      });
    if (!tap && !replay)
      throw new QblError('usage', `hop "${name}": reading ${queue.url} would remove its messages`, {
        hint: 'A hop must be a queue of Kafka or RabbitMQ.',
      });
    if (!live && !replay)
      throw new QblError('usage', `hop "${name}": ${queue.url} can be read only while the run is sent`, {
        hint: 'Name the hop at qbl run, or at qbl verify --follow. The verdict of the run is in its verify.json.',
      });
  }
}
