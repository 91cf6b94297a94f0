import type { TimeFromQueue } from '../../runs/documents/hops-json.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';
import type { SignedLatency } from '../reading/signed-latency.ts';

/** Where the arrival times in the first queue and in a hop come from, and whether both queues are in one system. */
export interface ArrivalSources {
  readonly queue: LatencySource | null;
  readonly hop: LatencySource | null;
  readonly isSameSystem: boolean;
}

/**
 * The time from the first queue to a hop is the difference of two arrival times, so both times must come from the same
 * clock. The clocks of producers may differ, and a producer may also copy the timestamp of its input, as Kafka Streams
 * does.
 */
export function timeFromQueue(sources: ArrivalSources, latency: SignedLatency): TimeFromQueue {
  const { queue, hop, isSameSystem } = sources;
  if (queue === null || hop === null) return { kind: 'not-measured', reason: 'no-arrival-times' };
  if (queue === 'received' && hop === 'received')
    return { kind: 'measured', source: 'received', latencyMs: latency.summary() };
  if (queue !== 'LogAppendTime' || hop !== 'LogAppendTime')
    return { kind: 'not-measured', reason: 'producer-timestamps' };
  if (!isSameSystem) return { kind: 'not-measured', reason: 'other-system' };
  return { kind: 'measured', source: 'LogAppendTime', latencyMs: latency.summary() };
}

/** Whether two queues are at the same address, and so in one system. */
export function isSameSystem(queueUrl: string, otherUrl: string): boolean {
  return addressOf(queueUrl) === addressOf(otherUrl);
}

/** The URL without the name of the queue. */
function addressOf(url: string): string {
  return url.slice(0, url.lastIndexOf('/'));
}
