import { byName, OFFENCES, RUN_COUNTS, SERVICE_COUNTS, zeroOf } from '../../runs/documents/counts.ts';
import type { Conclusion } from '../counting/conclusion.ts';

/**
 * Counts messages without identity. Only their number can be compared with the number of sends. They count as
 * acknowledged messages first, then as indeterminate messages. The rest count as foreign messages.
 */
export function countedOnly(conclusion: Conclusion, arrived: number): Conclusion {
  const { counts } = conclusion;
  const { sent, acked, rejected, indeterminate } = counts;
  const received = Math.min(arrived, acked + indeterminate);
  const lost = Math.max(0, acked - received);
  const recovered = received - acked + lost;
  const unresolved = indeterminate - recovered;
  const counted = { sent, acked, rejected, indeterminate, received, lost, recovered, unresolved };
  return {
    ...conclusion,
    others: { apart: 0, among: 0 },
    counts: { ...zeroOf(RUN_COUNTS), ...counted },
    service: zeroOf(SERVICE_COUNTS),
    unseen: 0,
    contentsUnseen: 0,
    unstored: { rejected: 0, indeterminate: 0 },
    offenders: byName(OFFENCES, () => []),
  };
}
