import type { Admin } from 'kafkajs';
import { expect, test } from 'vitest';
import { admin, bed, numbers, open, openConnectedSender, TOPIC, values } from './kafka-bed.ts';
import { consume, GROUP } from './support/consuming.ts';
import { inMs } from './support/deadline.ts';

const SENT = 30;
const DEADLINE = { timeout: 30_000 };

/** Opens a queue with messages of which a group has committed none. */
async function waitingMessages() {
  const queue = await open();
  await queue.prepare();
  const client = admin();
  await client.connect();
  bed.cleanups.push(() => client.disconnect());
  const sender = await openConnectedSender(queue);
  await sender.send(numbers(0, SENT), inMs(10_000));
  const ends = await client.fetchTopicOffsets(TOPIC);
  const partitions = ends.map(({ partition }) => ({ partition, offset: '0' }));
  await client.setOffsets({ groupId: GROUP, topic: TOPIC, partitions });
  return { queue, client, sender };
}

/** Deletes all messages, as a broker does after the retention time. */
async function deleteAll(client: Admin): Promise<void> {
  const ends = await client.fetchTopicOffsets(TOPIC);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await client.deleteTopicRecords({ topic: TOPIC, partitions });
}

test('the backlog of a group leaves out messages that were deleted', async () => {
  const { queue, client, sender } = await waitingMessages();
  const backlog = await queue.openBacklog(GROUP);
  expect(await backlog.read()).toBe(SENT);
  await deleteAll(client);
  await expect.poll(() => backlog.read(), DEADLINE).toBe(0);
  await sender.send(numbers(SENT, SENT + 5), inMs(10_000));
  expect(await backlog.read()).toBe(5);
  const { got } = await consume(queue);
  await expect.poll(() => values(got), DEADLINE).toEqual([30, 31, 32, 33, 34]);
  await expect.poll(() => backlog.read(), DEADLINE).toBe(0);
});

test('an observed group shows where the logs begin', async () => {
  const { queue, client } = await waitingMessages();
  await deleteAll(client);
  const watch = await queue.openGroupWatch?.(GROUP);
  const answer = await watch?.read();
  if (answer?.kind !== 'observed') throw new Error('the broker did not answer');
  expect([...answer.beginnings].sort()).toEqual([...answer.ends].sort());
  expect([...answer.ends.values()].reduce((sum, end) => sum + end, 0)).toBe(SENT);
});
