import { setTimeout as sleep } from 'node:timers/promises';
import { brokerErrorOf, rootCause } from '../errors.ts';

/** Error codes of brokers that have no current metadata yet about a new topic, leader or controller. */
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
  // kafkajs throws this error when every broker reports that the group has no coordinator yet. This can last for some
  // seconds, because the first group of a cluster creates the topic that coordinators need.
  'KafkaJSGroupCoordinatorNotFound',
]);

/**
 * A request that failed because brokers have no current metadata yet is repeated for this long. Metadata
 * reaches every broker within two seconds, and an election takes a few seconds.
 */
const SETTLES_WITHIN_MS = 5_000;
const RETRY_MS = 100;

function nameOf(error: unknown): string {
  const cause = rootCause(error);
  return cause instanceof Error ? cause.name : '';
}

/**
 * Runs the work. If it fails because brokers have no current metadata yet, refreshes the metadata and runs the work
 * again.
 */
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
