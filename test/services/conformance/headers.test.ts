import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageHeader } from '../../../src/queue/message.ts';
import type { OutgoingMessage, Queue } from '../../../src/queue/queue.ts';
import type { Delivery } from '../../../src/queue/reader.ts';
import { consume } from '../../support/consuming.ts';
import { until } from '../../support/until.ts';
import { startServeWith } from '../by-hand.ts';
import { describeWith } from '../describe-with.ts';
import { drainWhole, kindsOf, newQueueName, openConnectedSender, openPrepared, openReader } from './bed.ts';
import type { RunningSystem, System } from './system.ts';
import { elasticmq, embedded, kafka, rabbitmq } from './systems.ts';

const HEADERS: readonly MessageHeader[] = [
  { name: 'X-Order.id', value: '7' },
  { name: 'correlation-id', value: 'c-1' },
  { name: 'message-id', value: 'm-1' },
  { name: 'traceparent', value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  { name: 'who', value: 'ñandú \u{1F30A}' },
];
const KEY = 'customer-1';
const MESSAGE: OutgoingMessage = { key: KEY, value: Buffer.from('{}'), headers: HEADERS };

/**
 * A RabbitMQ message has no key. qbl uses the routing key as the key, and here the routing key is the name of the
 * queue.
 */
function keyIn({ capabilities }: Queue, name: string): string | null {
  if (capabilities.order === null) return null;
  return capabilities.order === 'queue' ? name : KEY;
}

function keyOf({ key }: Delivery): string | null {
  return key?.toString() ?? null;
}

/** The headers, sorted by name, because SQS and AMQP keep no order of headers. */
function headersOf({ headers }: Delivery): MessageHeader[] {
  return [...(headers?.() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Tests that every adapter keeps the headers and the key of a message. */
function keepsHeaders(system: System, suffix = ''): void {
  describeWith(system.tools, `headers on ${system.name}`, () => {
    let running: RunningSystem;
    beforeAll(async () => {
      running = await system.start();
    });
    afterAll(() => running?.stop());

    test('a reader gets the headers and the key that were sent', async () => {
      const name = newQueueName(suffix);
      const queue = await openPrepared(running, name);
      const { reader, read } = await openReader(queue);
      const sender = await openConnectedSender(queue);
      expect(kindsOf(await sender.send([MESSAGE], performance.now() + 30_000))).toEqual(['acked']);
      await drainWhole(reader);
      expect(read.map(headersOf)).toEqual([HEADERS]);
      expect(read.map(keyOf)).toEqual([keyIn(queue, name)]);
    });

    test('a service gets them too', async () => {
      const name = newQueueName(suffix);
      const queue = await openPrepared(running, name);
      const sender = await openConnectedSender(queue);
      await sender.send([MESSAGE], performance.now() + 30_000);
      const { got } = await consume(queue, 1);
      await until('a message', () => got.length > 0);
      expect(got.map(headersOf)).toEqual([HEADERS]);
      expect(got.map(keyOf)).toEqual([keyIn(queue, name)]);
    });

    test('serve passes on the headers of --pass-header, and no others', async () => {
      const name = newQueueName(suffix);
      const queue = await openPrepared(running, name);
      const { reader, read } = await openReader(queue);
      const pass = ['--pass-header', 'message-id', '--pass-header', 'X-Order.id'];
      const url = await startServeWith(running.env, running.url(name), ...pass);
      const headers = { 'Content-Type': 'application/json', 'x-order.ID': '7', 'X-Other': 'no' };
      const sent = { method: 'POST', headers: { ...headers, 'Message-Id': 'm-2' }, body: '{}' };
      expect((await fetch(url, sent)).status).toBe(200);
      await drainWhole(reader);
      expect(read.map(headersOf)).toEqual([
        [
          { name: 'X-Order.id', value: '7' },
          { name: 'message-id', value: 'm-2' },
        ],
      ]);
    });
  });
}

keepsHeaders(embedded);
keepsHeaders(kafka);
keepsHeaders(rabbitmq('RabbitMQ', ''));
keepsHeaders(elasticmq('SQS with a standard queue'));
keepsHeaders(elasticmq('SQS with a FIFO queue'), '.fifo');
