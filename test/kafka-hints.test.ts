import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import { bed, openSender } from './kafka-bed.ts';

/** What the user is told who prepares the queue, and who waits for it as the proxy does: the same. */
async function toldOf(queue: Queue): Promise<{ text: string; hint: string | undefined }> {
  bed.cleanups.push(() => queue.close());
  const refused = await queue.prepare().then(
    () => null,
    (error: unknown) => error,
  );
  const { states } = await openSender(queue);
  await expect.poll(() => states[0]).toMatchObject({ kind: 'waiting' });
  const [first] = states;
  if (first?.kind !== 'waiting') throw new Error('it is connected');
  const { reason: text, hint } = first;
  const message = `The queue ${queue.url} cannot be reached: ${text}`;
  expect(refused).toMatchObject({ exitCode: 4, message, hint });
  return { text, hint };
}

test('of a topic that cannot be made: the answer of the broker, and what makes it possible', async () => {
  const url = `kafka://127.0.0.1:${bed.broker.port}/new`;
  const { text, hint } = await toldOf(await openQueue(url, { replication: 3 }));
  expect(text).toMatch(/^the topic is missing and cannot be created: INVALID_REPLICATION_FACTOR: /);
  expect(hint).toBe(
    'Create the topic before the run, or choose a --replication that the cluster has enough brokers for.',
  );
});

test('of a broker on this machine that does not run: how to start one', async () => {
  const { text, hint } = await toldOf(await openQueue('kafka://127.0.0.1:1/t'));
  expect(text).toBe('no connection to 127.0.0.1:1 (ECONNREFUSED)');
  expect(hint).toContain('`qbl broker` starts one');
});

test('of a broker elsewhere that is not there: to look at its address', async () => {
  const { text, hint } = await toldOf(await openQueue('kafka://nowhere.invalid/t'));
  expect(text).toMatch(/^no connection to nowhere\.invalid:9092 \((ENOTFOUND|EAI_AGAIN)\)$/);
  expect(hint).toMatch(/address/);
  expect(hint).not.toContain('qbl broker');
});

test('of a listener that takes no TLS: to look at the security protocol', async () => {
  const env = { QBL_KAFKA_SECURITY_PROTOCOL: 'ssl' };
  const { hint } = await toldOf(await openQueue(`kafka://127.0.0.1:${bed.broker.port}/t`, { env }));
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});

test('of a listener that answers with a TLS alert: to look at the security protocol', async () => {
  // RFC 5246, section 7.2: a fatal alert, handshake_failure.
  const alert = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
  const server = createServer((socket) => socket.once('data', () => socket.end(alert)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bed.cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { text, hint } = await toldOf(await openQueue(`kafka://127.0.0.1:${address.port}/t`));
  expect(text).toBe(`127.0.0.1:${address.port} does not answer like a Kafka broker`);
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});

test('of a listener that hangs up at the first request: to look at the security protocol', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bed.cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { hint } = await toldOf(await openQueue(`kafka://127.0.0.1:${address.port}/t`));
  expect(hint).toMatch(/TLS.*security\.protocol.*QBL_KAFKA_SECURITY_PROTOCOL/);
});
