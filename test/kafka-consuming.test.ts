import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { expect, test } from 'vitest';
import { pause } from '../src/pause.ts';
import type { ConsumedMessage, Queue } from '../src/queue/queue.ts';
import {
  admin,
  bed,
  kafka,
  never,
  numbers,
  open,
  openConnectedSender,
  start,
  TOPIC,
  upTo,
  values,
} from './kafka-bed.ts';
import { consume, GROUP } from './support/consuming.ts';
import { inMs } from './support/deadline.ts';

/** A batch goes to one partition. So send small batches, which reach all partitions. */
const BATCH = 10;
const DEADLINE = { timeout: 30_000 };

async function send(queue: Queue, from: number, to: number): Promise<void> {
  const sender = await openConnectedSender(queue);
  for (let next = from; next < to; next += BATCH) {
    await sender.send(numbers(next, Math.min(to, next + BATCH)), inMs(10_000));
  }
}

test('a consumer gets earlier and later messages, each once', async () => {
  const queue = await open();
  await send(queue, 0, 500);
  const { got } = await consume(queue);
  await send(queue, 500, 1_000);
  await expect.poll(() => got.length, DEADLINE).toBe(1_000);
  expect(values(got)).toEqual(upTo(1_000));
  expect(got.some(({ redelivered }) => redelivered)).toBe(false);
});

test('the number of unacknowledged messages stays within the limit', async () => {
  const queue = await open();
  await send(queue, 0, 100);
  const { got } = await consume(queue, 7, () => {});
  await expect.poll(() => got.length, DEADLINE).toBe(7);
  got[3]?.ack();
  got[3]?.ack();
  await expect.poll(() => got.length, DEADLINE).toBe(8);
});

test('messages acknowledged out of order are committed only up to the first gap', async () => {
  const queue = await open();
  await send(queue, 0, 90);
  const first = await consume(queue, 90, () => {});
  await expect.poll(() => first.got.length, DEADLINE).toBe(90);
  const unacked = first.got.filter(({ offset }) => offset === 5);
  for (const message of first.got) if (!unacked.includes(message)) message.ack();
  await first.consumer.close();
  const second = await consume(queue);
  await expect
    .poll(() => unacked.every((it) => values(second.got).includes(Number(it.value))), DEADLINE)
    .toBe(true);
  expect(second.got.every(({ offset }) => offset >= 5)).toBe(true);
});

test('a batch that cannot be read stops its partition, says why, and leaves the other partitions alone', async () => {
  const queue = await open();
  await queue.prepare();
  const producer = kafka().producer();
  await producer.connect();
  // kafkajs has no codec for Snappy. So register a codec that writes data which is not valid Snappy.
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: async () => Buffer.from('no snappy'),
    decompress: async (bytes: Buffer) => bytes,
  });
  const messages = [{ value: 'x', partition: 0 }];
  await producer.send({ topic: TOPIC, compression: CompressionTypes.Snappy, messages });
  await producer.disconnect();
  const { got, states } = await consume(queue);
  const reasons = () => states.flatMap((state) => (state.kind === 'waiting' ? [state.reason] : []));
  await expect
    .poll(reasons, DEADLINE)
    .toEqual([expect.stringMatching(/^partition 0 cannot be read further: /)]);
  await send(queue, 0, 90);
  await expect.poll(() => new Set(got.map(({ partition }) => partition)), DEADLINE).toEqual(new Set([1, 2]));
  expect(states.at(-1)?.kind).toBe('waiting');
});

test("a closed consumer's unacknowledged messages are redelivered and marked as such", async () => {
  const queue = await open();
  await send(queue, 0, 30);
  const first = await consume(queue, 30, () => {});
  await expect.poll(() => first.got.length, DEADLINE).toBe(30);
  await first.consumer.close();
  const second = await consume(queue);
  await expect.poll(() => second.got.length, DEADLINE).toBe(30);
  expect(second.got.every(({ redelivered }) => redelivered)).toBe(true);
});

test('two consumers share the messages, and one takes over the partitions of the other', async () => {
  const queue = await open();
  await queue.prepare();
  const [one, two] = await Promise.all([consume(queue), consume(queue)]);
  await send(queue, 0, 600);
  await expect.poll(() => new Set([...values(one.got), ...values(two.got)]).size, DEADLINE).toBe(600);
  expect(one.got.length).toBeGreaterThan(0);
  expect(two.got.length).toBeGreaterThan(0);
  await one.consumer.close();
  await send(queue, 600, 900);
  await expect.poll(() => new Set([...values(one.got), ...values(two.got)]).size, DEADLINE).toBe(900);
});

test('a rebalance waits for unacknowledged messages, and none is delivered twice', async () => {
  const queue = await open();
  await send(queue, 0, 60);
  const slowly = (message: ConsumedMessage) => void pause(1_500, never).then(() => message.ack());
  const one = await consume(queue, 3, slowly);
  await expect.poll(() => one.got.length, DEADLINE).toBeGreaterThan(0);
  const two = await consume(queue);
  await one.consumer.stop();
  await expect.poll(() => two.got.length, DEADLINE).toBeGreaterThan(0);
  expect([...one.got, ...two.got].some(({ redelivered }) => redelivered)).toBe(false);
});

test('the backlog counts unacknowledged messages, with or without a consumer', async () => {
  const queue = await open();
  await send(queue, 0, 50);
  const backlog = await queue.openBacklog(GROUP);
  expect(await backlog.read()).toBe(50);
  const { consumer, got } = await consume(queue, 20, () => {});
  await expect.poll(() => got.length, DEADLINE).toBe(20);
  expect(await backlog.read()).toBe(50);
  for (const message of got.splice(0, 5)) message.ack();
  expect(await backlog.read()).toBe(45);
  await consumer.close();
  // In each partition, only messages before the first gap are committed.
  expect(await backlog.read()).toBeGreaterThanOrEqual(45);
});

test('after a restart of the broker, its consumer continues and no message is lost', async () => {
  const queue = await open();
  await queue.prepare();
  const { got } = await consume(queue);
  await send(queue, 0, 100);
  await expect.poll(() => got.length, DEADLINE).toBe(100);
  const { port } = bed.broker;
  await bed.broker.close();
  bed.broker = await start(port);
  await send(queue, 100, 200);
  await expect.poll(() => new Set(values(got)).size, DEADLINE).toBe(200);
});

test('a consumer that closes during a rebalance has committed its acknowledgements', async () => {
  const queue = await open();
  await send(queue, 0, 30);
  const one = await consume(queue, 30, () => {});
  await expect.poll(() => one.got.length, DEADLINE).toBe(30);
  const joining = consume(queue);
  const describing = admin();
  bed.cleanups.push(() => describing.disconnect());
  await describing.connect();
  const state = async () => (await describing.describeGroups([GROUP])).groups[0]?.state;
  await expect.poll(state).toBe('PreparingRebalance');
  // Wait until the member also knows about the rebalance.
  await pause(1_500, never);
  for (const message of one.got) message.ack();
  await one.consumer.close();
  const two = await joining;
  await send(queue, 30, 40);
  await expect.poll(() => values(two.got), DEADLINE).toContain(39);
  expect(values(two.got)).toEqual(numbersFrom(30, 40));
});

function numbersFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
