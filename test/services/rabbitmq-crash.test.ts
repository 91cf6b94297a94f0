import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Sender } from '../../src/queue/queue.ts';
import { describeWith } from './describe-with.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import {
  drain,
  kindsOf,
  newName,
  numbers,
  openConnectedSender,
  openPrepared,
  openReader,
  send,
  untilConnected,
  upTo,
  valuesOf,
  waitingFor,
} from './rabbitmq-bed.ts';
import { startRabbitmqProxy } from './rabbitmq-proxy.ts';

describeWith(['rabbitmq-server'], 'RabbitMQ after a crash', () => {
  let rabbitmq: RunningRabbitmq;
  beforeEach(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterEach(() => rabbitmq?.stop());

  test.each(['quorum', 'classic'])(
    'kill -9 while sending to a %s queue: no acknowledged message is lost',
    async (type) => {
      const queue = await openPrepared(`${rabbitmq.url(newName())}?type=${type}`);
      const { reader, read } = await openReader(queue, 'end');
      const opened = await openConnectedSender(queue);
      const sending = sendUntilKilled(opened.sender);
      await expect.poll(() => read.length, { timeout: 30_000 }).toBeGreaterThan(2_000);
      await rabbitmq.kill();
      const { acked, unknown } = await sending;
      expect(unknown).toBeGreaterThan(0);
      await expect.poll(() => waitingFor(opened)).not.toBe(null);
      expect(kindsOf(await send(opened.sender, numbers(0, 1)))).toEqual(['refused']);
      await rabbitmq.restart();
      await untilConnected(opened.sender);
      expect(kindsOf(await send(opened.sender, numbers(1_000_000, 1_000_010)))).toEqual(['acked']);
      expect(await drain(reader, 60_000)).toMatchObject({ complete: true });
      const seen = new Set(valuesOf(read));
      expect(acked.filter((value) => !seen.has(value))).toEqual([]);
      expect(seen.has(1_000_009)).toBe(true);
      const taken = await openReader(queue, 'beginning', true);
      expect(await drain(taken.reader, 60_000)).toMatchObject({ complete: true });
      const inQueue = new Set(valuesOf(taken.read));
      expect(acked.filter((value) => !inQueue.has(value))).toEqual([]);
    },
  );

  test.each(['quorum', 'classic'])(
    'a reader waits for messages in flight on a lost connection that the broker still considers alive (%s)',
    async (type) => {
      const port = Number(rabbitmq.address.split(':').at(-1));
      const proxy = await startRabbitmqProxy(port);
      onTestFinished(() => proxy.close());
      const path = `${newName()}?type=${type}`;
      const queue = await openPrepared(`amqp://127.0.0.1:${port}/${path}`);
      const { sender } = await openConnectedSender(queue);
      const cut = await openPrepared(`amqp://127.0.0.1:${proxy.port}/${path}`);
      const { reader, read } = await openReader(cut, 'end');
      await send(sender, numbers(0, 10));
      await drain(reader);
      proxy.cutClients();
      await send(sender, numbers(10, 20));
      // While the broker considers the lost connection alive, it delivers messages to the lost and the new connection
      // in turn. Each drain (reading to the end of the queue) sends a marker message and waits for it. The marker of a
      // second short drain would arrive on the new connection. So only the first drain is short, and the second drain
      // waits.
      await drain(reader, 3_000);
      expect(await drain(reader, 60_000)).toMatchObject({ complete: true });
      expect([...new Set(valuesOf(read))].sort((a, b) => a - b)).toEqual(upTo(20));
    },
  );

  test('a silent broker is disconnected after missing heartbeats, and its messages in flight are unknown', async () => {
    const opened = await openConnectedSender(await openPrepared(rabbitmq.url(newName())));
    try {
      await rabbitmq.pause();
      expect(kindsOf(await send(opened.sender, numbers(0, 10), 500))).toEqual(['unknown']);
      await expect
        .poll(() => waitingFor(opened), { timeout: 30_000, interval: 100 })
        .toMatch(/heartbeat|timed out/);
    } finally {
      rabbitmq.resume();
    }
    await untilConnected(opened.sender);
    expect(kindsOf(await send(opened.sender, numbers(0, 10)))).toEqual(['acked']);
  });
});

/** Sends four batches at a time until one is not acknowledged. */
async function sendUntilKilled(sender: Sender): Promise<{ acked: number[]; unknown: number }> {
  const acked: number[] = [];
  let unknown = 0;
  let next = 0;
  const sendOn = async () => {
    while (unknown === 0) {
      const first = next;
      next += 100;
      (await send(sender, numbers(first, first + 100))).forEach((outcome, index) => {
        if (outcome.kind === 'acked') acked.push(first + index);
        if (outcome.kind === 'unknown') unknown++;
      });
    }
  };
  await Promise.all([sendOn(), sendOn(), sendOn(), sendOn()]);
  return { acked, unknown };
}
