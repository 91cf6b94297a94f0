import net from 'node:net';
import { beforeEach, describe } from 'vitest';
import type { ConnectionState, OutgoingMessage, Queue, Sender, SendOutcome } from '../../queue/queue.ts';
import { type RunningServe, type ServeOptions, startServe } from '../serve.ts';

export type Script = (value: string, deadlineMs: number) => Promise<SendOutcome>;

export const acked: Script = async () => ({ kind: 'acked', place: { partition: 3, offset: 14 } });

/** A queue that returns the results that a test gives, and records the messages. */
export class ScriptedQueue implements Queue {
  readonly capabilities: Queue['capabilities'] = {
    tap: true,
    replay: true,
    order: 'partition',
    deduplicates: false,
  };
  readonly url = 'kafka://scripted:9092/t';
  readonly messages: OutgoingMessage[] = [];
  script: Script;
  state: ConnectionState;
  isClosed = false;

  get values(): string[] {
    return this.messages.map(({ value }) => value.toString());
  }

  constructor(script: Script, state: ConnectionState) {
    this.script = script;
    this.state = state;
  }

  async prepare(): Promise<void> {}

  async openSender({ onConnection }: Parameters<Queue['openSender']>[0]): Promise<Sender> {
    onConnection(this.state);
    const isConnected = () => this.state.kind === 'connected';
    return {
      get connected() {
        return isConnected();
      },
      maxInFlight: 4,
      maxBatchMessages: 100,
      maxBatchBytes: 10_000,
      maxMessageBytes: 5_000,
      send: (batch, deadlineMs) => this.#send(batch, deadlineMs),
      close: async () => {},
    };
  }

  async openReader(): Promise<never> {
    throw new Error('not part of this test');
  }

  async openConsumer(): Promise<never> {
    throw new Error('not part of this test');
  }

  async openBacklog(): Promise<never> {
    throw new Error('not part of this test');
  }

  async depth() {
    return { ready: this.values.length, inFlight: null };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #send(batch: readonly OutgoingMessage[], deadlineMs: number): Promise<SendOutcome[]> {
    this.messages.push(...batch);
    return Promise.all(batch.map(({ value }) => this.script(value.toString(), deadlineMs)));
  }
}

type Waiting = Extract<ConnectionState, { kind: 'waiting' }>;

let readPlainRequests = true;

/**
 * Defines the tests twice: for serve as it is, and for serve with Node's HTTP server alone. What is accepted and
 * refused must not depend on how a request is read.
 */
export function forBothWays(define: (isPlain: boolean) => void): void {
  describe.each([true, false])('if plain requests are read without the HTTP server: %s', (isPlain) => {
    beforeEach(() => {
      readPlainRequests = isPlain;
    });
    define(isPlain);
  });
}

export const running: RunningServe[] = [];
const sockets: net.Socket[] = [];

/** Closes all servers and sockets that the test opened. */
export async function stopAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((serve) => serve.close()));
}

export async function start(script: Script = acked, options: Partial<ServeOptions> = {}, waiting?: Waiting) {
  const state: ConnectionState = waiting === undefined ? { kind: 'connected' } : waiting;
  const queue = new ScriptedQueue(script, state);
  const lines: string[] = [];
  const serve = await startServe({
    queue,
    port: 0,
    log: (line) => lines.push(line),
    readPlainRequests,
    ...options,
  });
  running.push(serve);
  return { queue, serve, lines, url: serve.urls[0] ?? '' };
}

export function post(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(`${url}/send`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
}

export interface Conversation {
  readonly socket: net.Socket;
  /** Returns everything that the server has sent so far. */
  heard(): string;
  readonly ended: Promise<string>;
}

/** A TCP client that sends raw bytes. */
export function converse(port: number): Conversation {
  const socket = net.connect({ host: '127.0.0.1', port });
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return {
    socket,
    heard: () => text,
    ended: new Promise((resolve) => socket.once('close', () => resolve(text))),
  };
}

export const JSON_HEAD = 'POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

export function withLength(body: string): string {
  return `${JSON_HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
