import { setTimeout as sleep } from 'node:timers/promises';
import { brokerErrorOf } from './errors.ts';

/** Answers of brokers that have not heard yet of a new topic or of a new leader. */
const UNSETTLED = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
]);

/** News reach every broker of a cluster within a second or two; an election takes a few. */
const SETTLES_WITHIN_MS = 5_000;
const RETRY_MS = 100;

/** Tries again, after a refresh, while the cluster is only about to know what it is asked. */
export async function whenSettled<T>(work: () => Promise<T>, refresh: () => Promise<unknown>): Promise<T> {
  const givenUpAtMs = performance.now() + SETTLES_WITHIN_MS;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!UNSETTLED.has(brokerErrorOf(error) ?? '') || performance.now() > givenUpAtMs) throw error;
    }
    await sleep(RETRY_MS);
    await refresh().catch(() => {});
  }
}
