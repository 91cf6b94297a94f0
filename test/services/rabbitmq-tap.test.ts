import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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

describeWith(['rabbitmq-server'], 'a tap of RabbitMQ', () => {
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

  /** An exchange and a queue, bound with a key, as their owner has made them; resolves with the queue URL for another. */
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

  test('proves nothing for a queue that is not bound, though it has got everything', async () => {
    const { url, name } = await owned('orders', 'order');
    const { code, record } = await run(url);
    expect(record).toMatchObject({ verdict: 'unknown', acked: 100, received: 100 });
    expect(record.reasons).toMatchObject([
      { kind: 'queue-lacks-messages', text: expect.stringContaining(`the queue '${name}' has 0 messages`) },
    ]);
    expect(code).toBe(3);
  });

  test('proves nothing for a queue that drops messages', async () => {
    const name = newName();
    await rabbitmq.ctl('set_policy', name, `^${name}$`, '{"max-length":5}', '--apply-to', 'queues');
    const { code, record } = await run(rabbitmq.url(name));
    expect(record).toMatchObject({ verdict: 'unknown', acked: 100, received: 100 });
    expect(code).toBe(3);
  });

  test('passes for a queue that has everything, and what was there before', async () => {
    const { url, name } = await owned('order', 'order');
    expect((await run(url)).record).toMatchObject(allArrived(100));
    expect((await run(url)).record).toMatchObject(allArrived(100));
    expect(await (await openPrepared(rabbitmq.url(name))).depth()).toMatchObject({ ready: 200 });
  });

  test('passes where somebody takes from the queue, whose count tells nothing then', async () => {
    const { url, name } = await owned('order', 'order');
    const channel = await (await connect(rabbitmq)).acquire();
    await channel.basicConsume({ queue: name, noAck: true }, () => {});
    expect((await run(url)).record).toMatchObject(allArrived(100));
  });

  test('leaves no queue behind when it cannot be bound', async () => {
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
    ['exactly the rights that are documented', '^(qbl-tap-.*|amq\\.default)$', true],
    ['no right to send its marker', '^qbl-tap-.*$', false],
  ])('a user with %s', async (_, write, works) => {
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
      expect(stderr).toMatch(/no marker can be sent: BasicPublish: ACCESS_REFUSED .*amq\.default/);
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
