import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { UNREADABLE_ANSWER } from '../errors.ts';
import { AnswerFrames } from './answer-frames.ts';

/** The part of kafkajs's src/network/connection.js, version 2.2.4, that qbl uses. */
export interface KafkajsConnection {
  socket?: Socket;
  /** Set while a SASL login is in progress. */
  readonly authHandlers: { readonly onSuccess: (answer: Buffer) => void } | null;
  /** Whether the answer of the SASL login has a length prefix. Otherwise any bytes received are the answer. */
  readonly authExpectResponse: boolean;
  readonly requestQueue: {
    fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void;
  };
  isConnected(): boolean;
  connect(): Promise<boolean>;
  disconnect(): Promise<unknown>;
  processData(chunk: Buffer): void;
}

const LENGTH_BYTES = 4;
const CORRELATION_ID_BYTES = 4;

const prototype = connectionPrototype();
const { connect: connectAmongRemains, disconnect: disconnectAgain } = prototype;
const connecting = new WeakMap<KafkajsConnection, Promise<boolean>>();
const frames = new WeakMap<KafkajsConnection, AnswerFrames>();

/**
 * Replaces the way in which kafkajs reads answers, for three reasons. First, an invalid length makes kafkajs
 * throw inside a socket listener, where no caller can catch the error, and the process ends. Second, kafkajs
 * joins the first part of an incomplete answer with bytes from the next socket. Third, two callers that
 * connect at the same time get two sockets.
 */
export function frameConnections(): void {
  prototype.connect = connect;
  prototype.processData = processData;
  prototype.disconnect = disconnect;
}

function connect(this: KafkajsConnection): Promise<boolean> {
  if (this.isConnected()) return Promise.resolve(true);
  const attempt = connecting.get(this);
  if (attempt !== undefined) return attempt;
  this.socket?.destroy();
  frames.set(this, new AnswerFrames());
  const made = connectAmongRemains.call(this).finally(() => connecting.delete(this));
  connecting.set(this, made);
  return made;
}

/**
 * Disconnects. A socket that is already closed is removed first. kafkajs disconnects again and again, and each time its
 * `unref` would add another listener to the closed socket.
 */
function disconnect(this: KafkajsConnection): Promise<unknown> {
  if (this.socket?.destroyed === true) delete this.socket;
  return disconnectAgain.call(this);
}

/** Reads answers from a chunk. Invalid bytes fail the connection, because nothing after them can be read. */
function processData(this: KafkajsConnection, chunk: Buffer): void {
  try {
    handOver(this, chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    this.socket?.destroy(Object.assign(new Error(reason), { code: UNREADABLE_ANSWER }));
  }
}

function handOver(connection: KafkajsConnection, chunk: Buffer): void {
  const { authHandlers, authExpectResponse } = connection;
  if (authHandlers !== null && !authExpectResponse) {
    authHandlers.onSuccess(chunk);
    return;
  }
  for (const frame of framesOf(connection).push(chunk)) answer(connection, frame);
}

/**
 * Returns the object that splits the bytes of this connection into answers. Creates the object for a
 * connection that was created before this module was loaded.
 */
function framesOf(connection: KafkajsConnection): AnswerFrames {
  const begun = frames.get(connection) ?? new AnswerFrames();
  frames.set(connection, begun);
  return begun;
}

function answer({ authHandlers, requestQueue }: KafkajsConnection, frame: Buffer): void {
  if (authHandlers !== null) {
    authHandlers.onSuccess(frame);
    return;
  }
  requestQueue.fulfillRequest({
    size: frame.length - LENGTH_BYTES,
    correlationId: frame.readInt32BE(LENGTH_BYTES),
    payload: frame.subarray(LENGTH_BYTES + CORRELATION_ID_BYTES),
  });
}

function connectionPrototype(): KafkajsConnection {
  const { prototype }: { prototype: KafkajsConnection } = createRequire(import.meta.url)(
    'kafkajs/src/network/connection',
  );
  return prototype;
}
