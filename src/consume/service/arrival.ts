import type { ConsumedMessage } from '../../queue/queue.ts';
import type { ReceivedMessage } from './received.ts';

/** The best known time at which a message arrived in the queue. `atMs` is in epoch milliseconds. */
export interface Arrival {
  readonly atMs: number;
  /**
   * Where the time comes from. `queue`: the queue recorded it. `sender`: the message contains it. `receipt`: the
   * service received the message at this time, so the time does not show how long the message waited in the queue.
   */
  readonly source: 'queue' | 'sender' | 'receipt';
}

/**
 * Returns the time since which a message certainly waits. If the clock that recorded the arrival is ahead, the recorded
 * arrival can be later than the time at which the service received the message.
 */
export function waitsSinceMs({ atMs }: Arrival, { receivedAtMs }: ConsumedMessage): number {
  return Math.min(atMs, receivedAtMs);
}

/**
 * Returns the arrival of a message. The sender's time is used only if the checksum matches, because a damaged message
 * can contain any time.
 */
export function arrivalOf(
  { timestamp, receivedAtMs }: ConsumedMessage,
  { sentAtMs }: Pick<ReceivedMessage, 'sentAtMs'>,
): Arrival {
  if (timestamp?.source === 'LogAppendTime') return { atMs: timestamp.atMs, source: 'queue' };
  if (sentAtMs !== null) return { atMs: sentAtMs, source: 'sender' };
  if (timestamp !== null) return { atMs: timestamp.atMs, source: 'sender' };
  return { atMs: receivedAtMs, source: 'receipt' };
}
