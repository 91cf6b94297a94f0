import { randomUUID } from 'node:crypto';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Output, startHopService, type Taken } from '../support/hop-service.ts';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts';
import { newName, openPrepared } from './rabbitmq-bed.ts';
import { makeTopic } from './topics.ts';

const LOOPS = 5;
const SIZE = ['--threads', '4', '--loops', String(LOOPS), '--hop-within', '0'];

/** Returns an output with the identity of the order, and no other field of the order. */
function outputOf({ value }: Taken): Pick<Output, 'value'> & { readonly loop: number } {
  const { qbl } = JSON.parse(value);
  return { value: JSON.stringify({ result: 'ok', qbl }), loop: qbl.loop };
}

describeWith(['java', 'mvn', 'rabbitmq-server'], 'hops on a real Kafka and a real RabbitMQ', () => {
  let kafka: RunningKafka;
  let rabbitmq: RunningRabbitmq;
  beforeAll(async () => {
    [kafka, rabbitmq] = await Promise.all([startKafka(), startRabbitmq()]);
  });
  afterAll(async () => {
    await kafka?.stop();
    await rabbitmq?.stop();
  });

  async function topics(): Promise<readonly [string, string]> {
    const name = randomUUID();
    const [orders, done] = [`orders-${name}`, `done-${name}`] as const;
    for (const topic of [orders, done]) await makeTopic(kafka.bootstrap, topic);
    return [orders, done];
  }

  test('a dropped and a repeated output are found in a topic, live and afterwards', async () => {
    const [orders, done] = await topics();
    const url = await startHopService({
      address: kafka.bootstrap,
      topic: orders,
      serve: (taken) => {
        const { loop, value } = outputOf(taken);
        const output = { topic: done, value };
        return loop === 1 ? [] : loop === 2 ? [output, output] : [output];
      },
    });
    const folder = await tempFolder();
    const places = ['--queue', kafka.url(orders), '--url', url, '--hop', `done=${kafka.url(done)}`];
    const ended = await qbl(['run', '--run', 'mine', '--json', ...places, ...SIZE], { folder });
    const again = await qbl(['verify', 'mine', '--json'], { folder });
    for (const each of [ended, again]) {
      expect(recordOf(each), each.stderr).toMatchObject({
        ...{ verdict: 'fail', lost: 0, received: 20 },
        reasons: [{ kind: 'missing-in-hops', count: 4 }],
        hops: {
          missing: 4,
          repeated: 4,
          places: [{ received: 16, repeated: 4, deliveries: 20, drained: true }],
        },
      });
    }
  });

  test('the time from the queue is not measured afterwards if producers set the timestamps', async () => {
    const name = randomUUID();
    const [orders, done] = [`orders-${name}`, `done-${name}`] as const;
    await makeTopic(kafka.bootstrap, orders);
    await makeTopic(kafka.bootstrap, done, { 'message.timestamp.type': 'CreateTime' });
    const url = await startHopService({
      address: kafka.bootstrap,
      topic: orders,
      serve: (taken) => [{ topic: done, value: outputOf(taken).value }],
    });
    const folder = await tempFolder();
    const places = ['--queue', kafka.url(orders), '--url', url, '--hop', `done=${kafka.url(done)}`];
    const ended = await qbl(['run', '--run', 'mine', '--json', ...places, ...SIZE], { folder });
    expect(recordOf(ended), ended.stderr).toMatchObject({
      hops: { places: [{ received: 20, fromQueue: { kind: 'measured', source: 'received' } }] },
    });
    const again = await qbl(['verify', 'mine', '--json'], { folder });
    expect(recordOf(again), again.stderr).toMatchObject({
      hops: {
        places: [{ received: 20, fromQueue: { kind: 'not-measured', reason: 'producer-timestamps' } }],
      },
    });
    const text = (await qbl(['verify', 'mine'], { folder })).stdout;
    expect(text).toContain('no time from the queue, because the timestamps come from producers (CreateTime)');
  });

  test.each([
    ['passes if its dead letters reach the queue', false, 'pass', []],
    ['fails if its dead letters go to nobody', true, 'fail', ['missing-in-hops']],
  ] as const)('a service with dead letters in RabbitMQ %s', async (_, drops, verdict, kinds) => {
    const [orders, done] = await topics();
    const dead = rabbitmq.url(newName());
    await (await openPrepared(dead)).close();
    const publish = await publisher(dead);
    const url = await startHopService({
      address: kafka.bootstrap,
      topic: orders,
      serve: async (taken) => {
        const { loop, value } = outputOf(taken);
        if (loop > 2) return [{ topic: done, value }];
        if (!drops || loop === 2) await publish(value);
        return [];
      },
    });
    const places = ['--queue', kafka.url(orders), '--url', url];
    const hops = ['--hop', `done=${kafka.url(done)}`, '--hop', `dead=${dead}`];
    const folder = await tempFolder();
    const ended = await qbl(['run', '--run', 'mine', '--json', ...places, ...hops, ...SIZE], { folder });
    const record = recordOf(ended);
    const received = drops ? 4 : 8;
    expect(record, ended.stderr).toMatchObject({
      verdict,
      hops: { missing: 8 - received, places: [{ received: 12 }, { received, drained: true }] },
    });
    expect(record.reasons.map(({ kind }) => kind)).toEqual(kinds);
    const later = await qbl(['verify', 'mine'], { folder });
    expect([later.code, later.stderr]).toEqual([
      2,
      expect.stringContaining('can be read only while the run is sent'),
    ]);
  });

  /** Publishes to the exchange of the URL, and waits until RabbitMQ has the message. */
  async function publisher(url: string): Promise<(value: string) => Promise<void>> {
    const name = new URL(url).pathname.split('/').at(-1) ?? '';
    const connection = new Connection(`amqp://guest:guest@${rabbitmq.address}`);
    const sender = connection.createPublisher({ confirm: true });
    onTestFinished(async () => {
      await sender.close();
      await connection.close();
    });
    return (value) => sender.send({ exchange: name, routingKey: name, durable: true }, Buffer.from(value));
  }
});
