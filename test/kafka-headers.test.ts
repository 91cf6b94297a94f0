import { type IHeaders, Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import type { MessageHeader } from '../src/queue/message.ts';
import { bed, never, open, openConnectedSender, openReader, TOPIC } from './kafka-bed.ts';
import { inMs } from './support/deadline.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

const HEADERS: readonly MessageHeader[] = [
  { name: 'traceparent', value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  { name: 'X-Año', value: 'ñandú 🌊' },
  { name: 'twice', value: 'one' },
  { name: 'twice', value: '' },
];

function kafka(): Kafka {
  return new Kafka({ brokers: [`127.0.0.1:${bed.broker.port}`], logLevel: logLevel.NOTHING });
}

describe('a message with headers and a key', () => {
  test.each([
    ['with keys', true],
    ['without keys', false],
  ])('is read with both, if it was sent by a sender %s', async (_, keyed) => {
    const queue = await open();
    const sender = await openConnectedSender(queue, keyed);
    const { reader, read } = await openReader(queue, { kind: 'beginning' });
    const value = Buffer.from('1');
    await sender.send([{ key: 'ñ-1', value, headers: HEADERS }], inMs(10_000));
    await sender.send([{ key: null, value }], inMs(10_000));
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    const withKey = read.find(({ key }) => key !== null);
    const without = read.find(({ key }) => key === null);
    expect(withKey?.key?.toString()).toBe('ñ-1');
    expect(withKey?.headers?.()).toEqual(HEADERS);
    expect(without).toBeDefined();
    expect(without?.headers).toBeUndefined();
  });

  test('reaches a kafkajs consumer with both', async () => {
    const queue = await open();
    const sender = await openConnectedSender(queue);
    const message = { key: 'k', value: Buffer.from('1'), headers: HEADERS };
    await sender.send([message], inMs(10_000));
    const consumer = kafka().consumer({ groupId: 'readers', maxWaitTimeInMs: 100 });
    bed.cleanups.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    const seen: { key: string; headers: IHeaders }[] = [];
    await consumer.run({
      eachMessage: async ({ message: { key, headers = {} } }) =>
        void seen.push({ key: String(key), headers }),
    });
    await until('a message', () => seen.length > 0);
    expect(seen).toEqual([
      {
        key: 'k',
        headers: {
          traceparent: Buffer.from(HEADERS[0]?.value ?? ''),
          'X-Año': Buffer.from('ñandú 🌊'),
          twice: [Buffer.from('one'), Buffer.from('')],
        },
      },
    ]);
  });

  test('is read with both, if a kafkajs producer sent it', async () => {
    const queue = await open();
    await queue.prepare();
    const { reader, read } = await openReader(queue, { kind: 'beginning' });
    const producer = kafka().producer();
    await producer.connect();
    bed.cleanups.push(() => producer.disconnect());
    const headers = { id: 'a-1', many: ['b', 'c'], bytes: Buffer.from([0xff, 0x41]) };
    await producer.send({ topic: TOPIC, messages: [{ key: 'k', value: null, headers }] });
    expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
    expect(read).toMatchObject([{ key: Buffer.from('k'), value: null }]);
    expect(read[0]?.headers?.()).toEqual([
      { name: 'id', value: 'a-1' },
      { name: 'many', value: 'b' },
      { name: 'many', value: 'c' },
      { name: 'bytes', value: '\ufffdA' },
    ]);
  });
});

test('run copies the headers of --pass-header from its requests into its messages', async () => {
  const queue = await open();
  await queue.prepare();
  const { reader, read } = await openReader(queue, { kind: 'beginning' });
  const address = ['--queue', `kafka://127.0.0.1:${bed.broker.port}/${TOPIC}`];
  const load = ['--threads', '2', '--loops', '3', '--header', 'X-User: 1', '--header', 'X-Other: no'];
  const run = await qbl(['run', ...address, ...load, '--pass-header', 'x-user'], {
    folder: await tempFolder(),
  });
  expect(run.code, run.stderr).toBe(0);
  expect((await reader.drain(inMs(10_000), never)).complete).toBe(true);
  expect(read.map(({ headers }) => headers?.())).toEqual(Array(6).fill([{ name: 'x-user', value: '1' }]));
});
