import { setTimeout as sleep } from 'node:timers/promises';
import { brokerErrorOf, rootCause } from '../errors.ts';

/** Answers of brokers that have not heard yet of a new topic, a new leader or a new controller. */
const UNSETTLED = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_CONTROLLER',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  // kafkajs's own, where each broker has said that there is no coordinator yet: the first group makes its topic.
  'KafkaJSGroupCoordinatorNotFound',
]);

/** News reach every broker of a cluster within a second or two; an election takes a few. */
const SETTLES_WITHIN_MS = 5_000;
const RETRY_MS = 100;

function nameOf(error: unknown): string {
  const cause = rootCause(error);
  return cause instanceof Error ? cause.name : '';
}

/** Tries again, after a refresh, while the cluster is only about to know what it is asked. */
export async function whenSettled<T>(work: () => Promise<T>, refresh: () => Promise<unknown>): Promise<T> {
  const givenUpAtMs = performance.now() + SETTLES_WITHIN_MS;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!UNSETTLED.has(brokerErrorOf(error) ?? nameOf(error)) || performance.now() > givenUpAtMs)
        throw error;
    }
    await sleep(RETRY_MS);
    await refresh().catch(() => {});
  }
}
