import { once } from 'node:events';
import { createRequire } from 'node:module';
import net, { type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The part of rabbitmq-client's lib/codec.js that the stub uses. */
interface Codec {
  readonly Cmd: Readonly<Record<string, number>>;
  encodeFrame(frame: object): Buffer;
}
const { Cmd, encodeFrame }: Codec = createRequire(import.meta.url)('rabbitmq-client/lib/codec');

const METHOD = 1;
const HEADER = 2;
const BODY = 3;
const LOGIN = {
  versionMajor: 0,
  versionMinor: 9,
  serverProperties: {},
  mechanisms: 'PLAIN',
  locales: 'en_US',
};
const ANSWERS: Readonly<Record<string, readonly [string, object]>> = {
  ConnectionOpen: ['ConnectionOpenOK', { knownHosts: '' }],
  ChannelOpen: ['ChannelOpenOK', {}],
  BasicGet: ['BasicGetOK', { deliveryTag: 1, exchange: '', routingKey: 'orders', messageCount: 0 }],
};

export interface StubOptions {
  readonly frameMax?: number;
  /** The size that the stub announces for the body of the message in its queue. */
  readonly bodySize?: number;
  /** The frames with the body of the message in the stub's queue. */
  readonly body?: readonly Buffer[];
  /** The headers table of the message in the stub's queue, as AMQP encodes it. */
  readonly headers?: Buffer;
}

/** A broker whose queue has one message. */
export interface StubRabbitmq {
  readonly port: number;
  /** The sizes of the frames with bodies that the stub received. */
  readonly bodyFrames: readonly number[];
}

/** Starts a program that answers like RabbitMQ to the first requests of a connection, and to BasicGet. */
export async function startStubRabbitmq(options: StubOptions): Promise<StubRabbitmq> {
  const bodyFrames: number[] = [];
  const server = net.createServer((socket) => answer(socket, options, bodyFrames)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, bodyFrames };
}

function answer(
  socket: Socket,
  { frameMax = 8_192, bodySize = 0, body = [], headers }: StubOptions,
  bodyFrames: number[],
): void {
  const method = (channelId: number, name: string, params: object) =>
    socket.write(encodeFrame({ type: METHOD, channelId, methodId: Cmd[name], params }));
  let received = Buffer.alloc(0);
  let isOpen = false;
  const onMethod = (channelId: number, methodId: number) => {
    const tune = ['ConnectionTune', { channelMax: 10, frameMax, heartbeat: 0 }] as const;
    const answers = { ConnectionStartOK: tune, ...ANSWERS };
    const [name, reply] = Object.entries(answers).find(([asked]) => Cmd[asked] === methodId) ?? [];
    if (reply === undefined) return;
    method(channelId, ...reply);
    if (name !== 'BasicGet') return;
    socket.write(
      headers === undefined
        ? encodeFrame({ type: HEADER, channelId, bodySize, fields: {} })
        : headerFrame(channelId, bodySize, headers),
    );
    for (const payload of body) socket.write(encodeFrame({ type: BODY, channelId, payload }));
  };
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
        const frame = received.subarray(0, received.readUInt32BE(3) + 8);
        received = received.subarray(frame.length);
        if (frame.readUInt8(0) === BODY) bodyFrames.push(frame.length);
        if (frame.readUInt8(0) === METHOD) onMethod(frame.readUInt16BE(1), frame.readUInt32BE(7));
      }
    });
}

/** Builds the header of a message with a content type and a headers table (AMQP 0-9-1, section 4.2.6.1). */
function headerFrame(channelId: number, bodySize: number, headers: Buffer): Buffer {
  const contentType = Buffer.from('text/plain');
  const start = Buffer.alloc(7 + 14 + 1);
  start.writeUInt8(HEADER, 0);
  start.writeUInt16BE(channelId, 1);
  start.writeUInt32BE(start.length - 7 + contentType.length + headers.length, 3);
  start.writeUInt16BE(60, 7);
  start.writeBigUInt64BE(BigInt(bodySize), 11);
  start.writeUInt16BE(0xa000, 19);
  start.writeUInt8(contentType.length, 21);
  return Buffer.concat([start, contentType, headers, Buffer.from([0xce])]);
}
