import { expect, it, onTestFinished } from 'vitest';
import { type StubOptions, startStubRabbitmq } from '../../../../test/support/stub-rabbitmq.ts';
import { parseQueueUrl } from '../../url/url.ts';
import { RabbitmqClient } from './client.ts';
import { readRabbitmqSettings } from './settings.ts';

/**
 * Connects qbl's client to a server that acts as a RabbitMQ broker. Returns the server, and a channel of the
 * connection.
 */
async function connect(options: StubOptions) {
  const stub = await startStubRabbitmq(options);
  const address = parseQueueUrl(`amqp://127.0.0.1:${stub.port}/orders`);
  if (address.system !== 'rabbitmq') throw new Error('the URL is not one of RabbitMQ');
  const client = new RabbitmqClient(address, readRabbitmqSettings(null, {}, false), 'test');
  const connection = await client.connect();
  onTestFinished(() => connection.unsafeDestroy());
  connection.on('error', () => {});
  return { stub, channel: await connection.acquire() };
}

it.each([128 * 1024 ** 2 + 1, 512 * 1024 ** 2, 2 ** 53 - 1])(
  'fails if the broker announces a message of %i bytes',
  async (bodySize) => {
    const { channel } = await connect({ bodySize });
    await expect(channel.basicGet('orders')).rejects.toThrow(`a message of ${bodySize} bytes`);
  },
);

it.each([1, 1_000, 4_088, 8_184, 60_000])('reads a message whole from frames of %i bytes', async (size) => {
  const whole = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at % 251));
  const frames = Math.ceil(whole.length / size);
  const body = Array.from({ length: frames }, (_, at) => whole.subarray(at * size, (at + 1) * size));
  const { channel } = await connect({ bodySize: whole.length, body });
  expect((await channel.basicGet('orders'))?.body).toEqual(whole);
});

it('fails if the broker sends more bytes of a message than it announced', async () => {
  const { channel } = await connect({ bodySize: 100, body: [Buffer.alloc(60), Buffer.alloc(60)] });
  await expect(channel.basicGet('orders')).rejects.toThrow('more bytes of a message than it announced');
});

it.each([4_096, 5_000, 8_192, 131_072])('keeps to a limit of %i bytes for a frame', async (frameMax) => {
  const { stub, channel } = await connect({ frameMax });
  await channel.basicPublish('orders', Buffer.alloc(20_000));
  await expect.poll(() => stub.bodyFrames.length).toBeGreaterThan(0);
  const received = () => stub.bodyFrames.reduce((sum, bytes) => sum + bytes - 8, 0);
  await expect.poll(received).toBe(20_000);
  expect(Math.max(...stub.bodyFrames)).toBeLessThanOrEqual(frameMax);
});

it.each([100, 4_095])('refuses a limit of %i bytes for a frame', async (frameMax) => {
  await expect(connect({ frameMax })).rejects.toThrow('AMQP requires 4096 or more');
});

/** Encodes a length of four bytes. */
function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** Encodes a length of four bytes, and the content. */
function sized(content: Buffer): Buffer {
  return Buffer.concat([lengthOf(content.length), content]);
}

/** Encodes a field of a headers table. */
function field(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name + type), value]);
}

/** Encodes the content of a table or an array that contains thousands of nested tables or arrays. */
function nested(type: 'F' | 'A'): Buffer {
  const name = type === 'F' ? [1, 'n'.charCodeAt(0)] : [];
  const levels: Buffer[] = [];
  for (let bytes = 0; bytes < 100_000; bytes += levels.at(-1)?.length ?? 0) {
    levels.push(Buffer.concat([Buffer.from(name), Buffer.from(type), lengthOf(bytes)]));
  }
  return Buffer.concat(levels.reverse());
}

it.each([
  ['tables', 'F'],
  ['arrays', 'A'],
] as const)('reads a message with thousands of %s in each other, and its other headers', async (_, type) => {
  const headers = sized(
    Buffer.concat([
      field('token', 'S', sized(Buffer.from('a token'))),
      field('number', 'l', Buffer.alloc(8)),
      field('deep', type, sized(nested(type))),
      field('empty', type, sized(Buffer.alloc(0))),
      field('bytes', 'x', sized(Buffer.from('bytes'))),
    ]),
  );
  const { channel } = await connect({ frameMax: 131_072, bodySize: 2, body: [Buffer.from('{}')], headers });
  const message = await channel.basicGet('orders');
  expect(message?.headers).toMatchObject({ token: 'a token', number: 0, bytes: Buffer.from('bytes') });
});
