import type { ReceivedClaim } from '../../message/reading/claim-of.ts';
import type { ConsumedMessage } from '../../queue/queue.ts';

/** When a message came into the queue, as far as a service can know. Epoch milliseconds. */
export interface Arrival {
  readonly atMs: number;
  /**
   * What the time is: the queue's own stamp, the stamp of the sender, or only the receipt by this service. The last one
   * says nothing about how long the message waited.
   */
  readonly source: 'queue' | 'sender' | 'receipt';
}

/** A damaged message may say any time, so only a proven one is believed. */
export function arrivalOf(
  { timestamp, receivedAtMs }: ConsumedMessage,
  { claim, condition }: ReceivedClaim,
): Arrival {
  if (timestamp?.source === 'LogAppendTime') return { atMs: timestamp.atMs, source: 'queue' };
  if (claim !== null && condition === 'intact') return { atMs: Number(claim.sentAt), source: 'sender' };
  if (timestamp !== null) return { atMs: timestamp.atMs, source: 'sender' };
  return { atMs: receivedAtMs, source: 'receipt' };
}
