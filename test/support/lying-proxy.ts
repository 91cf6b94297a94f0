import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Producer } from 'kafkajs';
import { onTestFinished } from 'vitest';
import type { Identity } from '../../src/message/identity.ts';

/** A message that the proxy received. */
export interface Received {
  readonly body: string;
  readonly identity: Identity;
}

export type Enqueue = (value: string | null, partition?: number) => Promise<void>;

/** The status of a response, and its body if it has one. */
export type Reply = number | { readonly status: number; readonly body: string };

/** The behaviour of a proxy for one message. Returns its response. */
export type Behaviour = (received: Received, enqueue: Enqueue) => Reply | Promise<Reply>;

/** Starts an HTTP proxy with the given behaviour, and resolves with its URL. It stops when the test ends. */
export async function startLyingProxy(
  producer: Producer,
  topic: string,
  behaviour: Behaviour,
): Promise<string> {
  const enqueue: Enqueue = async (value, partition) => {
    const message = partition === undefined ? { value } : { value, partition };
    await producer.send({ topic, messages: [message] });
  };
  const server = createServer((request, response) => answer(request, response, enqueue, behaviour));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return `http://127.0.0.1:${address.port}/send`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  enqueue: Enqueue,
  behaviour: Behaviour,
): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { run, group, thread, loop, request: number } = JSON.parse(body).qbl;
  const identity = { run, group, thread, loop, request: number };
  const reply = await behaviour({ body, identity }, enqueue);
  if (typeof reply === 'number') response.writeHead(reply).end();
  else response.writeHead(reply.status).end(reply.body);
}
