import { setTimeout as sleep } from 'node:timers/promises';
import { brokerErrorOf, rootCause } from '../errors.ts';

/** Errors of brokers that do not know yet of a new topic, leader or controller. */
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
  // kafkajs's own error when every broker reports that there is no coordinator yet. The first group of a cluster
  // creates the topic for coordinators.
  'KafkaJSGroupCoordinatorNotFound',
]);

/** Metadata reaches every broker of a cluster within a second or two. An election takes a few seconds. */
const SETTLES_WITHIN_MS = 5_000;
const RETRY_MS = 100;

function nameOf(error: unknown): string {
  const cause = rootCause(error);
  return cause instanceof Error ? cause.name : '';
}

/** Runs the work, and repeats it after a refresh while the brokers do not have current metadata yet. */
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
