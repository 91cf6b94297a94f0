import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import type { Delivery } from '../src/queue/reader.ts';
import { startLyingKafka } from './lying-kafka.ts';
import { startBroker } from './support/broker.ts';
import { connectProducer, createTopic } from './support/kafka.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

test('a message that is read while the end of the log is requested is no sign of a truncated log', async () => {
  const broker = await startBroker(await tempFolder());
  await createTopic(broker.address, 'growing');
  const held: { frame: Buffer; client: Socket }[] = [];
  const kafka = await startLyingKafka(
    { host: '127.0.0.1', port: broker.port },
    'listOffsets',
    (frame, client) => {
      held.push({ frame, client });
      return null;
    },
  );
  const queue = await openQueue(`kafka://127.0.0.1:${kafka.port}/growing`);
  const producer = await connectProducer(broker.address);
  onTestFinished(async () => {
    await Promise.all([producer.disconnect(), queue.close()]);
    await kafka.close();
  });
  const read: Delivery[] = [];
  const reader = await queue.openReader({
    ...{ from: { kind: 'end' }, consume: false, name: 'test' },
    onDeliveries: (deliveries) => read.push(...deliveries),
  });
  kafka.honest = false;
  const drained = reader.drain(performance.now() + 60_000, new AbortController().signal);
  const answer = await until('the answer with the ends', () => held[0] ?? null);
  await producer.send({ topic: 'growing', messages: [{ value: 'late', partition: 0 }] });
  await until('the message', () => read.length === 1);
  kafka.honest = true;
  answer.client.write(answer.frame);
  expect(await drained).toMatchObject({ complete: true });
  expect(await reader.removedSince({ kind: 'positions', positions: reader.start })).toBeNull();
});
