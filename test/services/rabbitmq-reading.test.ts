import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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
} from './rabbitmq-bed.ts';

describeWith(['rabbitmq-server'], 'reading from RabbitMQ', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterAll(() => rabbitmq?.stop());

  test.each(['quorum', 'classic'])(
    'a tap of a %s queue gets every message in order, and removes none',
    async (type) => {
      const queue = await openPrepared(`${rabbitmq.url(newName())}?type=${type}`);
      const { sender } = await openConnectedSender(queue);
      await send(sender, numbers(0, 10));
      const { reader, read } = await openReader(queue, 'end');
      expect(reader.start).toEqual(new Map());
      const beforeMs = performance.timeOrigin + performance.now();
      await send(sender, numbers(0, 1_000));
      expect(await drain(reader)).toEqual({ complete: true, ends: new Map() });
      expect(valuesOf(read)).toEqual(upTo(1_000));
      expect(read.map(({ offset }) => offset)).toEqual(upTo(1_000));
      expect(read[0]).toMatchObject({ partition: 0, redelivered: false, timestamp: null });
      expect(read[0]?.receivedAtMs).toBeGreaterThan(beforeMs);
      expect(await queue.depth()).toMatchObject({ ready: 1_010 });
      await send(sender, numbers(1_000, 1_001));
      expect(await drain(reader)).toMatchObject({ complete: true });
      expect(valuesOf(read)).toEqual(upTo(1_001));
    },
  );

  test('a tap leaves no queue behind', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { reader } = await openReader(queue, 'end');
    expect(await rabbitmq.ctl('list_queues', 'name')).toContain('qbl-tap-test-');
    await drain(reader);
    await reader.close();
    expect(await rabbitmq.ctl('list_queues', 'name')).not.toContain('qbl-tap-test-');
  });

  test('unacknowledged messages of a lost connection are redelivered and marked, and none is missing', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { reader, read } = await openReader(queue, 'end');
    const { sender } = await openConnectedSender(queue);
    const acked: number[] = [];
    for (let round = 0; round < 5; round++) {
      const sending = send(sender, numbers(round * 2_000, (round + 1) * 2_000));
      if (round % 2 === 1) await rabbitmq.ctl('close_all_connections', 'test');
      (await sending).forEach((outcome, index) => {
        if (outcome.kind === 'acked') acked.push(round * 2_000 + index);
      });
      await untilConnected(sender);
    }
    expect(await drain(reader, 60_000)).toMatchObject({ complete: true });
    const seen = new Set(valuesOf(read));
    expect(acked.length).toBeGreaterThan(5_000);
    expect(acked.filter((value) => !seen.has(value))).toEqual([]);
    expect(valuesOf(read.filter(({ redelivered }) => !redelivered)).length).toBeLessThanOrEqual(10_000);
  });

  test('bodies arrive byte for byte, whatever their content type', async () => {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const { reader, read } = await openReader(queue, 'end');
    const body = Buffer.from('{"a": 1.0,  "a": 12345678901234567890}\xff', 'latin1');
    const connection = await connect(rabbitmq);
    const publisher = connection.createPublisher({ confirm: true });
    for (const contentType of ['application/json', 'text/plain']) {
      await publisher.send({ exchange: name, routingKey: name, contentType }, body);
    }
    await publisher.close();
    expect(await drain(reader)).toMatchObject({ complete: true });
    expect(read.map(({ value }) => value)).toEqual([body, body]);
  });

  test('reading without a tap is refused, unless the reader may remove the messages', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    await expect(openReader(queue, 'beginning')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('removes its messages permanently'),
    });
    const time = { from: { kind: 'time', epochMs: 0 }, consume: true, name: 'x' } as const;
    await expect(queue.openReader({ ...time, onDeliveries: () => {} })).rejects.toMatchObject({
      exitCode: 2,
    });
  });

  test('a consuming reader is not complete while another consumer is active', async () => {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const connection = await connect(rabbitmq);
    const consumer = connection.createConsumer({ queue: name, queueOptions: { passive: true } }, () => {});
    consumer.on('error', () => {});
    onTestFinished(() => consumer.close());
    await new Promise((resolve) => consumer.once('ready', resolve));
    const { reader } = await openReader(queue, 'beginning', true);
    expect(await drain(reader)).toMatchObject({
      complete: false,
      reason: 'another consumer takes messages from the queue',
    });
  });

  test("reading is incomplete if the queue or the tap's queue was deleted", async () => {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const { reader } = await openReader(queue, 'end');
    const { sender } = await openConnectedSender(queue);
    await rabbitmq.ctl('delete_queue', name);
    // The exchange can still route the message to the tap, so the message is acked.
    expect(kindsOf(await send(sender, numbers(0, 1)))).toEqual(['acked']);
    expect(await drain(reader)).toMatchObject({
      complete: false,
      reason: `the queue '${name}' no longer exists`,
    });
    await queue.prepare();
    expect(await drain(reader)).toMatchObject({ complete: true });
    const list = await rabbitmq.ctl('-q', 'list_queues', 'name');
    const tap = list.split('\n').find((line) => line.startsWith('qbl-tap-')) ?? '';
    await rabbitmq.ctl('delete_queue', tap);
    await expect
      .poll(() => drain(reader, 2_000), { timeout: 10_000 })
      .toMatchObject({ complete: false, reason: expect.stringContaining('the queue no longer exists') });
  });

  test('a drain ends at its deadline and on abort', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { reader } = await openReader(queue, 'end');
    const abort = new AbortController();
    try {
      await rabbitmq.pause();
      const draining = reader.drain(performance.now() + 60_000, abort.signal);
      setTimeout(() => abort.abort(), 200);
      expect(await draining).toMatchObject({ complete: false });
      expect(await drain(reader, 300)).toMatchObject({ complete: false });
    } finally {
      rabbitmq.resume();
    }
    expect(await drain(reader)).toMatchObject({ complete: true });
  });

  test("consumers share the messages, and a closed consumer's unacknowledged messages are redelivered", async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { sender } = await openConnectedSender(queue);
    await send(sender, numbers(0, 10));
    const held: number[] = [];
    const open = (onMessage: (value: number, ack: () => void) => void) =>
      queue.openConsumer({
        group: 'g',
        maxInFlight: 4,
        onMessage: ({ value, ack }) => onMessage(Number(String(value)), ack),
        onConnection: () => {},
      });
    const first = await open((value) => held.push(value));
    await expect.poll(() => held).toEqual([0, 1, 2, 3]);
    const backlog = await queue.openBacklog('g');
    await expect.poll(() => backlog.read()).toBe(10);
    await first.stop();
    await first.close();
    const processed: number[] = [];
    const second = await open((value, ack) => {
      processed.push(value);
      ack();
    });
    // RabbitMQ does not count a message that is on its way to a consumer. So wait until all messages are processed,
    // then check the counts.
    await expect.poll(() => processed).toEqual(upTo(10));
    await expect.poll(() => backlog.read()).toBe(0);
    await second.close();
    expect(await queue.depth()).toMatchObject({ ready: 0 });
  });
});

async function connect({ address }: RunningRabbitmq): Promise<Connection> {
  const connection = new Connection(`amqp://guest:guest@${address}`);
  connection.on('error', () => {});
  onTestFinished(() => connection.close());
  await connection.onConnect();
  return connection;
}
