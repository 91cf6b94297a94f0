import { once } from 'node:events';
import { createRequire } from 'node:module';
import net, { type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { parseQueueUrl } from '../../url/url.ts';
import { RabbitmqClient } from './client.ts';
import { readRabbitmqSettings } from './settings.ts';

/** The part of rabbitmq-client's lib/codec.js that this test uses. */
interface Codec {
  readonly Cmd: Readonly<Record<string, number>>;
  encodeFrame(frame: object): Buffer;
}
const { Cmd, encodeFrame }: Codec = createRequire(import.meta.url)('rabbitmq-client/lib/codec');

const METHOD = 1;
const HEADER = 2;
const LOGIN = {
  versionMajor: 0,
  versionMinor: 9,
  serverProperties: {},
  mechanisms: 'PLAIN',
  locales: 'en_US',
};
const ANSWERS: Readonly<Record<string, readonly [string, object]>> = {
  ConnectionStartOK: ['ConnectionTune', { channelMax: 10, frameMax: 8_192, heartbeat: 0 }],
  ConnectionOpen: ['ConnectionOpenOK', { knownHosts: '' }],
  ChannelOpen: ['ChannelOpenOK', {}],
  BasicGet: ['BasicGetOK', { deliveryTag: 1, exchange: '', routingKey: 'orders', messageCount: 0 }],
};

/** Starts a broker whose queue has one message. It announces the message's size, but sends no body. */
async function startBroker(bodySize: number): Promise<number> {
  const server = net.createServer((socket) => answer(socket, bodySize)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answer(socket: Socket, bodySize: number): void {
  const method = (channelId: number, name: string, params: object) =>
    socket.write(encodeFrame({ type: METHOD, channelId, methodId: Cmd[name], params }));
  let received = Buffer.alloc(0);
  let isOpen = false;
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!isOpen && received.length >= 8) {
        isOpen = true;
        received = received.subarray(8);
        method(0, 'ConnectionStart', LOGIN);
      }
      while (isOpen && received.length >= 7 && received.length >= received.readUInt32BE(3) + 8) {
        const channelId = received.readUInt16BE(1);
        const methodId = received.readUInt32BE(7);
        received = received.subarray(received.readUInt32BE(3) + 8);
        const name = Object.keys(ANSWERS).find((asked) => Cmd[asked] === methodId);
        if (name === undefined) continue;
        method(channelId, ...(ANSWERS[name] ?? ['', {}]));
        if (name === 'BasicGet') socket.write(encodeFrame({ type: HEADER, channelId, bodySize, fields: {} }));
      }
    });
}

it.each([128 * 1024 ** 2 + 1, 512 * 1024 ** 2, 2 ** 53 - 1])(
  'fails if the broker announces a message of %i bytes',
  async (size) => {
    const address = parseQueueUrl(`amqp://127.0.0.1:${await startBroker(size)}/orders`);
    if (address.system !== 'rabbitmq') throw new Error('the URL is not one of RabbitMQ');
    const client = new RabbitmqClient(address, readRabbitmqSettings(null, {}, false), 'test');
    const connection = await client.connect();
    onTestFinished(() => connection.unsafeDestroy());
    connection.on('error', () => {});
    const channel = await connection.acquire();
    await expect(channel.basicGet('orders')).rejects.toThrow(`a message of ${size} bytes`);
  },
);
