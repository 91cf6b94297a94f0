import type { ReceivedClaim } from '../../message/reading/claim-of.ts';
import type { ConsumedMessage } from '../../queue/queue.ts';

/** Best known time at which a message arrived in the queue. Epoch milliseconds. */
export interface Arrival {
  readonly atMs: number;
  /**
   * Origin of the time: the queue, the sender, or the receipt by this service. A receipt time does not tell how long
   * the message waited.
   */
  readonly source: 'queue' | 'sender' | 'receipt';
}

/** A damaged message can contain any time. Use its time only if its checksum matches. */
export function arrivalOf(
  { timestamp, receivedAtMs }: ConsumedMessage,
  { claim, condition }: ReceivedClaim,
): Arrival {
  if (timestamp?.source === 'LogAppendTime') return { atMs: timestamp.atMs, source: 'queue' };
  if (claim !== null && condition === 'intact') return { atMs: Number(claim.sentAt), source: 'sender' };
  if (timestamp !== null) return { atMs: timestamp.atMs, source: 'sender' };
  return { atMs: receivedAtMs, source: 'receipt' };
}
