import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import { bed, openSender } from './kafka-bed.ts';

/**
 * Returns the error and the hint of prepare(). A waiting sender, as in the proxy, must report the same error and hint.
 */
async function errorOf(queue: Queue): Promise<{ text: string; hint: string | undefined }> {
  bed.cleanups.push(() => queue.close());
  const refused = await queue.prepare().then(
    () => null,
    (error: unknown) => error,
  );
  const { states } = await openSender(queue);
  await expect.poll(() => states[0]).toMatchObject({ kind: 'waiting' });
  const [first] = states;
  if (first?.kind !== 'waiting') throw new Error('the sender is connected');
  const { reason: text, hint } = first;
  const message = `The queue ${queue.url} cannot be reached: ${text}`;
  expect(refused).toMatchObject({ exitCode: 4, message, hint });
  return { text, hint };
}

test('an error about a topic that cannot be created shows the answer of the broker and what to change', async () => {
  const url = `kafka://127.0.0.1:${bed.broker.port}/new`;
  const { text, hint } = await errorOf(await openQueue(url, { replication: 3 }));
  expect(text).toMatch(/^the topic is missing and cannot be created: INVALID_REPLICATION_FACTOR: /);
  expect(hint).toBe(
    'Create the topic before the run, or choose a --replication of at most the number of live brokers.',
  );
});

test('an error about a local broker that does not run says how to start one', async () => {
  const { text, hint } = await errorOf(await openQueue('kafka://127.0.0.1:1/t'));
  expect(text).toBe('no connection to 127.0.0.1:1 (ECONNREFUSED)');
  expect(hint).toContain('`qbl broker` starts one');
});

test('an error about a remote broker that does not run says to check its address', async () => {
  const { text, hint } = await errorOf(await openQueue('kafka://nowhere.invalid/t'));
  expect(text).toMatch(/^no connection to nowhere\.invalid:9092 \((ENOTFOUND|EAI_AGAIN)\)$/);
  expect(hint).toMatch(/address/);
  expect(hint).not.toContain('qbl broker');
});

test('an error about a listener without TLS says to check the security protocol', async () => {
  const env = { QBL_KAFKA_SECURITY_PROTOCOL: 'ssl' };
  const { hint } = await errorOf(await openQueue(`kafka://127.0.0.1:${bed.broker.port}/t`, { env }));
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});

test('an error about a listener that answers with a TLS alert says to check the security protocol', async () => {
  // A fatal TLS alert with the code handshake_failure (RFC 5246, section 7.2).
  const alert = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
  const server = createServer((socket) => socket.once('data', () => socket.end(alert)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bed.cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { text, hint } = await errorOf(await openQueue(`kafka://127.0.0.1:${address.port}/t`));
  expect(text).toBe(`127.0.0.1:${address.port} does not answer like a Kafka broker`);
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});

test('an error about a listener that closes the connection at the first request says to check the security protocol', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bed.cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { hint } = await errorOf(await openQueue(`kafka://127.0.0.1:${address.port}/t`));
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});
