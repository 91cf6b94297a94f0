import { once } from 'node:events';
import { createRequire } from 'node:module';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../../test/support/until.ts';
import { frameConnections, type KafkajsConnection } from './framed-connections.ts';

interface TestedConnection extends KafkajsConnection {
  send(protocol: object): Promise<string>;
}

const require = createRequire(import.meta.url);
const ConnectionClass: new (options: object) => TestedConnection = require('kafkajs/src/network/connection');
const Encoder: new () => object = require('kafkajs/src/protocol/encoder');

/** A request of kafkajs. Its answer is decoded as a text. */
const REQUEST = {
  request: { apiKey: 3, apiVersion: 0, apiName: 'Metadata', encode: async () => new Encoder() },
  response: {
    decode: async (payload: Buffer) => payload.toString(),
    parse: async (text: string) => text,
  },
};

let server: Server;
/** How the server handles each request, in order. Later requests get a normal answer. */
let fates: ((socket: Socket, answer: Buffer) => void)[];
let accepted: Socket[];

beforeEach(async () => {
  frameConnections();
  fates = [];
  accepted = [];
  server = net.createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {}).on('data', (request) => answerTo(socket, request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of accepted) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/**
 * Builds an answer. A request has length, api key, version and correlation id. An answer has length,
 * correlation id and text.
 */
function answerTo(socket: Socket, request: Buffer): void {
  const text = 'an answer';
  const answer = Buffer.alloc(8 + text.length);
  answer.writeInt32BE(4 + text.length, 0);
  request.copy(answer, 4, 8, 12);
  answer.write(text, 8);
  const fate = fates.shift() ?? ((to: Socket) => to.write(answer));
  fate(socket, answer);
}

function open(): TestedConnection {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return new ConnectionClass({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger: { namespace: () => silent },
    requestTimeout: 5_000,
    connectionTimeout: 5_000,
    socketFactory: ({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }) =>
      net.connect({ host, port }, onConnect),
  });
}

test('an incomplete answer is not joined with the next connection', async () => {
  const connection = open();
  await connection.connect();
  fates.push((socket, answer) => socket.write(answer.subarray(0, 10), () => socket.resetAndDestroy()));
  await expect(connection.send(REQUEST)).rejects.toThrow();
  await connection.connect();
  expect(await connection.send(REQUEST)).toBe('an answer');
  await connection.disconnect();
});

test('late bytes from the previous connection are ignored', async () => {
  const connection = open();
  await connection.connect();
  await connection.disconnect();
  await connection.connect();
  accepted[0]?.write(Buffer.from([0, 0, 1]));
  fates.push((socket, answer) => setTimeout(() => socket.write(answer), 50));
  expect(await connection.send(REQUEST)).toBe('an answer');
  await connection.disconnect();
});

test('two callers that connect at the same time share one connection', async () => {
  const connection = open();
  await Promise.all([connection.connect(), connection.connect()]);
  expect(await connection.send(REQUEST)).toBe('an answer');
  expect(accepted).toHaveLength(1);
  await connection.disconnect();
});

test('repeated disconnects of a dead connection add no listeners', async () => {
  const connection = open();
  await connection.connect();
  const { socket } = connection;
  if (socket === undefined) throw new Error('no socket');
  const closed = once(socket, 'close');
  await until('an accepted connection', () => accepted.length > 0);
  for (const each of accepted) each.destroy();
  await closed;
  for (let i = 0; i < 20; i++) await connection.disconnect();
  expect(socket.listenerCount('connect')).toBeLessThan(2);
});
