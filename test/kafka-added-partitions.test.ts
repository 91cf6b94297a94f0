import type { Admin } from 'kafkajs';
import { expect, test } from 'vitest';
import {
  admin,
  bed,
  numbers,
  open,
  openConnectedSender,
  PARTITIONS,
  TOPIC,
  upTo,
  values,
} from './kafka-bed.ts';
import { consume, GROUP } from './support/consuming.ts';
import { inMs } from './support/deadline.ts';

const ADDED = 2;
const SENT = 100;
/** A batch goes to one partition. So send small batches, which reach all partitions. */
const BATCH = 10;
const DEADLINE = { timeout: 30_000 };

async function connectedAdmin(): Promise<Admin> {
  const client = admin();
  await client.connect();
  bed.cleanups.push(() => client.disconnect());
  return client;
}

async function addPartitions(client: Admin): Promise<void> {
  await client.createPartitions({ topicPartitions: [{ topic: TOPIC, count: PARTITIONS + ADDED }] });
}

/** Sends messages to all partitions, also to those that were added. */
async function send(): Promise<void> {
  const sender = await openConnectedSender(await open());
  for (let next = 0; next < SENT; next += BATCH) await sender.send(numbers(next, next + BATCH), inMs(10_000));
}

test('consumers get the messages of partitions that were added since', async () => {
  const queue = await open();
  await queue.prepare();
  const consumers = [await consume(queue), await consume(queue)];
  const got = () => consumers.flatMap((consumer) => consumer.got);
  await addPartitions(await connectedAdmin());
  await send();
  await expect.poll(() => new Set(values(got())), DEADLINE).toEqual(new Set(upTo(SENT)));
  expect(new Set(got().map(({ partition }) => partition)).size).toBe(PARTITIONS + ADDED);
});

test('the backlog of a group includes partitions that were added since', async () => {
  const queue = await open();
  await queue.prepare();
  const backlog = await queue.openBacklog(GROUP);
  expect(await backlog.read()).toBe(0);
  await addPartitions(await connectedAdmin());
  await send();
  await expect.poll(() => backlog.read(), { timeout: 10_000 }).toBe(SENT);
});

test('the committed offsets of an observed group include partitions that were added since', async () => {
  const queue = await open();
  await queue.prepare();
  const watch = await queue.openGroupWatch?.(GROUP);
  const client = await connectedAdmin();
  await addPartitions(client);
  const offsets = Array.from({ length: PARTITIONS + ADDED }, (_, partition) => ({ partition, offset: '0' }));
  await client.setOffsets({ groupId: GROUP, topic: TOPIC, partitions: offsets });
  const answer = await watch?.read();
  expect(answer).toMatchObject({ kind: 'observed' });
  expect(answer?.kind === 'observed' ? answer.committed.size : 0).toBe(PARTITIONS + ADDED);
});
