import { QblError } from '../../error.ts';
import type { Queue } from '../../queue/queue.ts';
import type { HopsToRead } from '../hop-watch.ts';

const HOP_IS_FURTHER = 'A hop is a further queue or topic, to which the service writes.';

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
        hint: HOP_IS_FURTHER,
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

/**
 * Refuses hops that are the same queue under another URL. Each message of the first queue would be in such a hop,
 * although the service wrote nothing. After the run, a hop may be gone. It is then no other queue, and the reading of
 * the hop reports that it is gone.
 * @param live whether nothing was sent yet
 * @throws QblError 'usage' with the reason, 'environment' if a system does not report which queue it is
 */
export async function checkHopNames({ places }: HopsToRead, first: Queue, live: boolean): Promise<void> {
  const known = new Map<string, string>();
  const all = [{ label: 'the queue itself', queue: first }, ...places.map(labelled)];
  for (const { label, queue } of all) {
    const name = (await queue.ownName?.(live ? 'must-exist' : 'may-be-missing')) ?? null;
    const same = name === null ? undefined : known.get(name);
    if (same !== undefined)
      throw new QblError('usage', `${label} is ${same}: ${queue.url}`, { hint: HOP_IS_FURTHER });
    if (name !== null) known.set(name, label);
  }
}

function labelled({ name, queue }: HopsToRead['places'][number]): {
  readonly label: string;
  readonly queue: Queue;
} {
  return { label: `hop "${name}"`, queue };
}
