import { randomBytes } from 'node:crypto';
import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { QblError } from '../src/error.ts';
import { openQueue } from '../src/queue/open.ts';
import { inMs } from './support/deadline.ts';

const AWS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_REGION: 'eu-west-1' };

const QUEUES: Readonly<Record<string, (port: number) => string>> = {
  kafka: (port) => `kafka://127.0.0.1:${port}/garbage`,
  amqp: (port) => `amqp://127.0.0.1:${port}/garbage`,
  sqs: (port) => `sqs://127.0.0.1:${port}/garbage`,
};

/**
 * Builds a frame of AMQP 0-9-1 (section 4.2.3): type, channel and size of the frame, then its payload and an
 * end octet.
 */
function amqpFrame(type: number, channel: number, payload: Buffer, end = 0xce): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(channel, 1);
  header.writeUInt32BE(payload.length, 3);
  return Buffer.concat([header, payload, Buffer.from([end])]);
}

const CONNECTION_START = Buffer.from([0, 10, 0, 10, 0, 9]);

const GARBAGE: Readonly<Record<string, Buffer>> = {
  'four zero bytes': Buffer.alloc(4),
  zeros: Buffer.alloc(5_000),
  ones: Buffer.alloc(5_000, 0xff),
  'random bytes': randomBytes(5_000),
  'a page': Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'),
  'a page that is cut off': Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"QueueUrl":'),
  'a page with unexpected JSON': Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull'),
  'a frame of an unknown type': amqpFrame(77, 0, Buffer.alloc(10)),
  'a frame without its end octet': amqpFrame(1, 0, CONNECTION_START, 0),
  'a method that is cut off': amqpFrame(1, 0, CONNECTION_START),
  'a method with an unknown class': amqpFrame(1, 0, Buffer.alloc(12, 0xee)),
  'a frame for a channel that is not open': amqpFrame(1, 9, Buffer.from([0, 60, 0, 60, 0, 0])),
  'a body without a header': amqpFrame(3, 0, Buffer.alloc(100)),
};

/** A server that answers everything with these bytes. */
async function startGarbage(bytes: Buffer): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: address.port, close };
}

/** An exception that is not caught would fail the test, too. */
describe.each(Object.keys(QUEUES))('garbage from a server that should be %s', (scheme) => {
  test.concurrent.each(Object.keys(GARBAGE))('%s', async (name) => {
    const garbage = await startGarbage(GARBAGE[name] ?? Buffer.alloc(0));
    const queue = await openQueue(QUEUES[scheme]?.(garbage.port) ?? '', { env: AWS });
    const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
    const [outcome] = await sender.send([{ key: null, value: Buffer.from('1') }], inMs(2_000));
    expect(outcome?.kind).not.toBe('acked');
    const reader = queue.openReader({
      from: { kind: 'beginning' },
      consume: true,
      onDeliveries: () => {},
      name: 'garbage',
    });
    await expect(reader).rejects.toThrow(QblError);
    await sleep(500);
    await queue.close();
    await garbage.close();
  });
});
