import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueue } from '../../src/queue/open.ts';
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
  openSender,
  send,
  untilConnected,
  upTo,
  valuesOf,
  waitingFor,
} from './rabbitmq-bed.ts';

describeWith(['rabbitmq-server', 'openssl'], 'sending to RabbitMQ', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ tls: true });
  });
  afterAll(() => rabbitmq?.stop());

  test.each(['quorum', 'classic'])('a %s queue stores 10,000 messages in order', async (type) => {
    const queue = await openPrepared(`${rabbitmq.url(newName())}?type=${type}`);
    const { sender } = await openConnectedSender(queue);
    const sending = Array.from({ length: 50 }, (_, batch) =>
      send(sender, numbers(batch * 200, (batch + 1) * 200)),
    );
    const outcomes = (await Promise.all(sending)).flat();
    expect(outcomes).toEqual(upTo(10_000).map(() => ({ kind: 'acked', place: null })));
    expect(await queue.depth()).toEqual({ ready: 10_000, inFlight: null });
    const { reader, read } = await openReader(queue, 'beginning', true);
    expect(await drain(reader)).toMatchObject({ complete: true });
    expect(valuesOf(read)).toEqual(upTo(10_000));
    expect(await queue.depth()).toMatchObject({ ready: 0 });
  });

  test('a message that reached no queue is refused, although RabbitMQ confirms it', async () => {
    const name = newName();
    const { sender } = await openConnectedSender(await openPrepared(rabbitmq.url(name)));
    expect(kindsOf(await send(sender, numbers(0, 100)))).toEqual(['acked']);
    await rabbitmq.ctl('delete_queue', name);
    const outcomes = await send(sender, numbers(0, 1_000));
    const detail = 'returned as unroutable: NO_ROUTE';
    expect(outcomes).toEqual(upTo(1_000).map(() => ({ kind: 'refused', reason: 'unavailable', detail })));
  });

  test('messages with the same message-id count as unknown if one of them reached no queue', async () => {
    const name = newName();
    const { sender } = await openConnectedSender(await openPrepared(rabbitmq.url(name)));
    const one = { key: null, value: Buffer.from('1'), headers: [{ name: 'message-id', value: 'same' }] };
    expect(kindsOf(await send(sender, [one, one]))).toEqual(['acked']);
    await rabbitmq.ctl('delete_queue', name);
    expect(await send(sender, [one])).toMatchObject([{ kind: 'refused', reason: 'unavailable' }]);
    expect(kindsOf(await send(sender, [one, one]))).toEqual(['unknown']);
  });

  test('headers up to the limit are stored, and larger or invalid ones are refused, but no other message', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { sender } = await openConnectedSender(queue);
    const withHeader = (name: string, bytes: number) => ({
      ...{ key: null, value: Buffer.from('1') },
      headers: [{ name, value: 'x'.repeat(bytes) }],
    });
    const properties = ['message-id', 'correlation-id'].map((name) => ({ name, value: 'x'.repeat(255) }));
    const { headers, ...message } = withHeader('a', 6_600);
    const largest = { ...message, headers: [...properties, ...headers] };
    const batch = [largest, withHeader('a', 7_161), withHeader('CC', 1), ...numbers(0, 1)];
    expect(await send(sender, batch)).toMatchObject([
      { kind: 'acked' },
      { kind: 'refused', reason: 'too-large' },
      { kind: 'refused', reason: 'invalid' },
      { kind: 'acked' },
    ]);
    expect(sender.connected).toBe(true);
    expect(await queue.depth()).toMatchObject({ ready: 2 });
  });

  test('a message that is too large is refused, but not the others', async () => {
    const env = { QBL_AMQP_MAX_MESSAGE_BYTES: '1000' };
    const queue = await openPrepared(rabbitmq.url(newName()), env);
    const { sender } = await openConnectedSender(queue);
    const batch = [999, 1_000, 1_001].map((bytes) => ({ key: null, value: Buffer.alloc(bytes) }));
    expect(await send(sender, batch)).toMatchObject([
      { kind: 'acked' },
      { kind: 'acked' },
      { kind: 'refused', reason: 'too-large' },
    ]);
    expect(await queue.depth()).toMatchObject({ ready: 2 });
  });

  test('a large message is stored completely', async () => {
    const queue = await openPrepared(rabbitmq.url(newName()));
    const { reader, read } = await openReader(queue, 'end');
    const { sender } = await openConnectedSender(queue);
    const value = Buffer.alloc(5_000_000, 'abcdefg');
    expect(kindsOf(await send(sender, [{ key: null, value }]))).toEqual(['acked']);
    expect(await drain(reader)).toMatchObject({ complete: true });
    expect(read.map((delivery) => delivery.value?.equals(value))).toEqual([true]);
  });

  test('a message that a full queue rejects is unknown, because another queue may have it', async () => {
    const name = newName();
    const limits = '{"max-length":5,"overflow":"reject-publish"}';
    await rabbitmq.ctl('set_policy', name, name, limits, '--apply-to', 'queues');
    const queue = await openPrepared(`${rabbitmq.url(name)}?type=classic`);
    const { sender } = await openConnectedSender(queue);
    const kinds = [];
    for (let message = 0; message < 20; message++) kinds.push(...(await send(sender, numbers(0, 1))));
    expect(kinds.slice(0, 5)).toEqual(upTo(5).map(() => ({ kind: 'acked', place: null })));
    expect(kinds.at(-1)).toEqual({ kind: 'unknown', detail: 'RabbitMQ did not accept the message: nack' });
  });

  test('a blocked publisher counts as not connected until RabbitMQ unblocks it', async () => {
    const opened = await openConnectedSender(await openPrepared(rabbitmq.url(newName())));
    const { sender } = opened;
    await rabbitmq.ctl('set_vm_memory_high_watermark', '0.0001');
    const pending = await send(sender, numbers(0, 10), 1_000);
    expect(pending).toEqual(
      upTo(10).map(() => ({ kind: 'unknown', detail: 'RabbitMQ did not confirm in time' })),
    );
    expect(sender.connected).toBe(false);
    expect(waitingFor(opened)).toMatch(/^RabbitMQ has blocked publishers: .*memory/);
    expect(await send(sender, numbers(0, 1))).toMatchObject([{ kind: 'refused', reason: 'unavailable' }]);
    await rabbitmq.ctl('set_vm_memory_high_watermark', '0.6');
    await untilConnected(sender);
    expect(kindsOf(await send(sender, numbers(0, 10)))).toEqual(['acked']);
  });

  test('after an exchange is deleted, no lost message is acknowledged, and the exchange is not recreated', async () => {
    const name = newName();
    const queue = await openPrepared(rabbitmq.url(name));
    const opened = await openConnectedSender(queue);
    await rabbitmq.ctl('eval', deleteExchange(name));
    const outcomes = await send(opened.sender, numbers(0, 100), 5_000);
    expect(kindsOf(outcomes)).toEqual(['unknown']);
    await expect
      .poll(() => waitingFor(opened), { timeout: 10_000 })
      .toBe(`the exchange '${name}' no longer exists`);
    expect(await send(opened.sender, numbers(0, 1))).toMatchObject([{ kind: 'refused' }]);
    await queue.prepare();
    await untilConnected(opened.sender);
    expect(kindsOf(await send(opened.sender, numbers(0, 10)))).toEqual(['acked']);
  });

  test('a wrong password is reported without the password, and the connection is tried again', async () => {
    const queue = await openQueue(rabbitmq.url(newName()), { env: { QBL_AMQP_PASSWORD: 'hunter2' } });
    const opened = await openSender(queue);
    await expect.poll(() => waitingFor(opened), { timeout: 10_000 }).toMatch(/ACCESS_REFUSED/);
    expect(opened.sender.connected).toBe(false);
    expect(await send(opened.sender, numbers(0, 1))).toMatchObject([{ kind: 'refused' }]);
    await expect(queue.prepare()).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/cannot be reached: .*ACCESS_REFUSED/),
    });
    expect(JSON.stringify(opened.states)).not.toContain('hunter2');
    await queue.close();
  });

  test('a start without the permission to bind leaves no unbound queue', async () => {
    const name = newName();
    await rabbitmq.ctl('add_user', name, 'secret');
    await rabbitmq.ctl('set_permissions', name, '.*', '^$', '.*');
    const env = { QBL_AMQP_USERNAME: name, QBL_AMQP_PASSWORD: 'secret' };
    const queue = await openQueue(rabbitmq.url(name), { env });
    await expect(queue.prepare()).rejects.toMatchObject({
      message: expect.stringMatching(/QueueBind: ACCESS_REFUSED/),
    });
    await queue.close();
    const { sender } = await openConnectedSender(await openPrepared(rabbitmq.url(name)));
    expect(kindsOf(await send(sender, numbers(0, 10)))).toEqual(['acked']);
  });

  test('with TLS, the broker must have a certificate of the given authority', async () => {
    const { tls } = rabbitmq;
    const url = `amqps://${tls?.address}/${newName()}`;
    const queue = await openPrepared(url, { QBL_AMQP_SSL_CA_LOCATION: tls?.caFile });
    const { sender } = await openConnectedSender(queue);
    expect(kindsOf(await send(sender, numbers(0, 10)))).toEqual(['acked']);
    const stranger = await openQueue(url);
    await expect(stranger.prepare()).rejects.toThrow(/certificate|self-signed/);
  });
});

function deleteExchange(name: string): string {
  return `rabbit_exchange:delete(rabbit_misc:r(<<"/">>, exchange, <<"${name}">>), false, <<"test">>).`;
}
