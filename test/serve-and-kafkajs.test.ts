import { expect, onTestFinished, test } from 'vitest';
import { startBlast, startParts } from './support/by-hand.ts';
import { kafka } from './support/kafka.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

const SIZE = { threads: 10, loops: 30, rate: 1_000 };
const SENT = SIZE.threads * SIZE.loops;
const GROUP = 'service';

/**
 * The service behind the queue: a member of a consumer group. The member gets the messages that other members have not
 * processed.
 */
async function startService(
  address: string,
  topic: string,
  onMessage: (value: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const consumer = kafka(address).consumer({ groupId: GROUP, maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ eachMessage: async ({ message }) => onMessage(String(message.value)) });
  await joined;
  return { stop: () => consumer.disconnect() };
}

test('a service with kafkajs gets each message once, even after a restart', async () => {
  const parts = await startParts(await tempFolder());
  const { address } = parts.broker;
  const values: string[] = [];
  const service = await startService(address, parts.topic, (value) => values.push(value));
  const sender = startBlast(parts, SIZE);
  await until('some messages', () => values.length >= 50);
  await service.stop();
  const { code, stdout } = await sender.ended;
  expect([code, stdout.includes('acked')]).toEqual([0, true]);

  await startService(address, parts.topic, (value) => values.push(value));
  await until('every message', () => values.length >= SENT);
  const messages = values.map((value) => JSON.parse(value));
  const users = messages.map(({ usuario, mensaje }) => `${usuario} ${mensaje}`);
  expect(values).toHaveLength(SENT);
  expect(new Set(users).size).toBe(SENT);
  expect(users).toContain('10 Mensaje 30 del usuario 10');
  for (const { id, enviado, qbl } of messages) {
    expect([id, enviado, qbl.run]).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      expect.any(Number),
      'mine',
    ]);
  }
});
