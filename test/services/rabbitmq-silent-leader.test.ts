import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from './describe-with.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import {
  drain,
  newName,
  numbers,
  openConnectedSender,
  openPrepared,
  openReader,
  send,
  upTo,
  valuesOf,
} from './rabbitmq-bed.ts';

const MESSAGES = 5_000;

describeWith(['rabbitmq-server'], 'a RabbitMQ quorum queue whose leader does not answer', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterAll(() => rabbitmq?.stop());

  /**
   * Suspends the leader of a queue while `work` runs. RabbitMQ then answers in place of the leader: no messages, no
   * consumers.
   */
  async function whileSilent<T>(name: string, work: () => Promise<T>): Promise<T> {
    const leader = `whereis('%2F_${name}')`;
    await rabbitmq.ctl('eval', `sys:suspend(${leader}).`);
    try {
      return await work();
    } finally {
      await rabbitmq.ctl('eval', `sys:resume(${leader}).`);
    }
  }

  async function filled() {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const { sender } = await openConnectedSender(queue);
    await send(sender, numbers(0, MESSAGES));
    return { name, queue };
  }

  test('a queue with a silent leader does not count as empty for a consuming reader', async () => {
    const { name, queue } = await filled();
    const { reader, read } = await openReader(queue, 'beginning', true);
    await expect.poll(() => read.length).toBeGreaterThan(0);
    expect(await whileSilent(name, () => drain(reader, 25_000))).toMatchObject({
      complete: false,
      reason: 'the queue does not answer',
    });
    expect(await drain(reader)).toMatchObject({ complete: true });
    expect([...new Set(valuesOf(read))].sort((a, b) => a - b)).toEqual(upTo(MESSAGES));
  });

  test('a queue with a silent leader does not count as a backlog of 0 for a service', async () => {
    const { name, queue } = await filled();
    const backlog = await queue.openBacklog('g');
    await expect.poll(() => backlog.read()).toBe(MESSAGES);
    await queue.openConsumer({ group: 'g', maxInFlight: 1, onMessage: () => {}, onConnection: () => {} });
    await expect.poll(async () => (await queue.depth()).ready).toBe(MESSAGES - 1);
    await whileSilent(name, async () => {
      expect(await queue.depth()).toMatchObject({ ready: 0 });
      expect(await backlog.read()).toBe(null);
    });
    await expect.poll(() => backlog.read()).toBe(MESSAGES);
  });
});
