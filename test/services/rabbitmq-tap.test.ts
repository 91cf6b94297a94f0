import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { qbl, startQbl } from '../support/qbl.ts';
import { hasEnded } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, startServe } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName, openPrepared, openReader } from './rabbitmq-bed.ts';

const DEADLINE_MS = 120_000;

describeWith(['rabbitmq-server'], 'a RabbitMQ tap', () => {
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq();
  });
  afterAll(() => rabbitmq?.stop());

  async function run(queue: string) {
    const args = ['run', '--queue', queue, '--threads', '5', '--loops', '20', '--json'];
    const ended = await qbl(args, { folder: await tempFolder(), deadlineMs: DEADLINE_MS });
    return { ...ended, record: recordOf(ended) };
  }

  /** An exchange and a queue that their owner bound with a key. Resolves with the queue URL for another key. */
  async function owned(bound: string, published: string): Promise<{ name: string; url: string }> {
    const name = newName();
    const exchange = `${name}-exchange`;
    const channel = await (await connect(rabbitmq)).acquire();
    await channel.exchangeDeclare({ exchange, type: 'direct', durable: true });
    await channel.queueDeclare({ queue: name, durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.queueBind({ exchange, queue: name, routingKey: bound });
    return { name, url: `${rabbitmq.url(name)}?exchange=${exchange}&routing-key=${published}` };
  }

  const taps = async () => (await rabbitmq.ctl('-q', 'list_queues', 'name')).match(/qbl-tap-\S+/g) ?? [];

  test('a tap proves nothing about a queue that is not bound, although the tap has every message', async () => {
    const { url, name } = await owned('orders', 'order');
    const { code, record } = await run(url);
    expect(record).toMatchObject({ verdict: 'unknown', acked: 100, received: 100 });
    expect(record.reasons).toMatchObject([
      { kind: 'queue-lacks-messages', text: expect.stringContaining(`the queue '${name}' has 0 messages`) },
    ]);
    expect(code).toBe(3);
  });

  test('a tap proves nothing about a queue that drops messages', async () => {
    const name = newName();
    await rabbitmq.ctl('set_policy', name, `^${name}$`, '{"max-length":5}', '--apply-to', 'queues');
    const { code, record } = await run(rabbitmq.url(name));
    expect(record).toMatchObject({ verdict: 'unknown', acked: 100, received: 100 });
    expect(code).toBe(3);
  });

  describe('a tap gets a copy of a message that the queue rejects', () => {
    async function rejecting(): Promise<{ name: string; url: string }> {
      const name = newName();
      const limits = '{"max-length":5,"overflow":"reject-publish"}';
      await rabbitmq.ctl('set_policy', name, `^${name}$`, limits, '--apply-to', 'queues');
      const url = `${rabbitmq.url(name)}?type=classic`;
      await openPrepared(url);
      return { name, url };
    }

    /**
     * A proxy that publishes each message. The proxy answers with one status after a confirm of RabbitMQ, and with
     * another status after a nack.
     */
    async function startProxy(name: string, confirmed: number, nacked: number): Promise<string> {
      const publisher = (await connect(rabbitmq)).createPublisher({ confirm: true });
      onTestFinished(() => publisher.close());
      const server = createServer(async (request, response) => {
        const body = Buffer.concat(await request.toArray());
        const sent = await publisher.send({ exchange: name, routingKey: name }, body).then(
          () => confirmed,
          () => nacked,
        );
        response.writeHead(sent).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`;
    }

    function runThrough(url: string, queue: string) {
      const size = ['--threads', '1', '--loops', '20', '--json'];
      return tempFolder().then((folder) =>
        qbl(['run', '--queue', queue, '--url', url, ...size], { folder, deadlineMs: DEADLINE_MS }),
      );
    }

    test('a proxy is not blamed for a refused message if the count shows that the queue does not have it', async () => {
      const { name, url } = await rejecting();
      const record = recordOf(await runThrough(await startProxy(name, 200, 429), url));
      const counts = { acked: record.sent - record.rejected, rejected: expect.any(Number), phantom: 0 };
      expect(record).toMatchObject({ verdict: 'pass', reasons: [], notProven: [], ...counts });
      expect(record.rejected).toBeGreaterThan(0);
    });

    test('it is unknown whether a message is a phantom while a consumer hides what the queue received', async () => {
      const { name, url } = await rejecting();
      const channel = await (await connect(rabbitmq)).acquire();
      await channel.basicQos({ prefetchCount: 1 });
      // This consumer takes one message and does not acknowledge it. So the queue reports one message too few.
      await channel.basicConsume({ queue: name }, () => {});
      const record = recordOf(await runThrough(await startProxy(name, 200, 429), url));
      expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'queue-not-seen' }], phantom: 0 });
    });

    test('a refused message in the queue is proven to be a phantom', async () => {
      const name = newName();
      const url = `${rabbitmq.url(name)}?type=classic`;
      await openPrepared(url);
      const record = recordOf(await runThrough(await startProxy(name, 429, 429), url));
      expect(record).toMatchObject({ verdict: 'fail', phantom: 20, rejected: 20 });
    });

    test('a tap does not confirm a message whose outcome serve did not know', async () => {
      const { url } = await rejecting();
      const record = recordOf(await runThrough(await startServe(url), url));
      expect(record.indeterminate).toBeGreaterThan(0);
      expect(record).toMatchObject({ verdict: 'pass', recovered: 0, unresolved: record.indeterminate });
    });
  });

  test('a run passes if the queue has every message, even if it also has older messages', async () => {
    const { url, name } = await owned('order', 'order');
    expect((await run(url)).record).toMatchObject(allArrived(100));
    expect((await run(url)).record).toMatchObject(allArrived(100));
    expect(await (await openPrepared(rabbitmq.url(name))).depth()).toMatchObject({ ready: 200 });
  });

  test('a run passes while another consumer empties the queue, although its count proves nothing', async () => {
    const { url, name } = await owned('order', 'order');
    const channel = await (await connect(rabbitmq)).acquire();
    await channel.basicConsume({ queue: name, noAck: true }, () => {});
    expect((await run(url)).record).toMatchObject(allArrived(100));
  });

  test('a tap leaves no queue behind if binding fails', async () => {
    const { name } = await owned('order', 'order');
    const queue = await openPrepared(`${rabbitmq.url(name)}?exchange=${name}-exchange`);
    const gone = `rabbit_exchange:delete(rabbit_misc:r(<<"/">>, exchange, <<"${name}-exchange">>), false, <<"test">>).`;
    await rabbitmq.ctl('eval', gone);
    await expect(openReader(queue, 'end')).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('NOT_FOUND'),
    });
    expect(await taps()).toEqual([]);
  });

  test.each([
    ['exactly the documented permissions', '^(qbl-tap-.*|amq\\.default)$', true],
    ['no permission to send its marker', '^qbl-tap-.*$', false],
  ])('a tap works or fails as documented for a user with %s', async (_, write, works) => {
    const { url, name } = await owned('order', 'order');
    await rabbitmq.ctl('add_user', name, 'secret');
    const read = `^(qbl-tap-.*|${name}-exchange)$`;
    await rabbitmq.ctl('set_permissions', name, '^qbl-tap-.*$', write, read);
    const folder = await tempFolder();
    const env = { QBL_AMQP_USERNAME: name, QBL_AMQP_PASSWORD: 'secret' };
    const follow = ['verify', '--follow', '--run', 'mine', '--queue', url, '--json'];
    const tap = startQbl(follow, { folder, env, deadlineMs: DEADLINE_MS });
    if (!works) {
      const { code, stderr } = await tap.ended;
      expect(stderr).toMatch(
        /qbl cannot send its marker message for the end of the queue: BasicPublish: ACCESS_REFUSED .*amq\.default/,
      );
      expect(code).toBe(4);
      expect(await taps()).toEqual([]);
      return;
    }
    await tap.line(/following/);
    const size = ['--threads', '5', '--loops', '20'];
    const args = ['blast', '--run', 'mine', '--queue', url, '--url', await startServe(url), ...size];
    expect(await qbl(args, { folder, deadlineMs: DEADLINE_MS })).toMatchObject({ code: 0 });
    await until('the end of the run', () => hasEnded(folder, 'mine'));
    const ended = await tap.ended;
    expect(recordOf(ended), ended.stderr).toMatchObject(allArrived(100));
  });
});

async function connect({ address }: RunningRabbitmq): Promise<Connection> {
  const connection = new Connection(`amqp://guest:guest@${address}`);
  connection.on('error', () => {});
  onTestFinished(async () => connection.unsafeDestroy());
  await connection.onConnect();
  return connection;
}
