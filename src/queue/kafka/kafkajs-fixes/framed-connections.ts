import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { UNREADABLE_ANSWER } from '../errors.ts';
import { AnswerFrames } from './answer-frames.ts';

/** The part of kafkajs's src/network/connection.js, version 2.2.4, that qbl uses. */
export interface KafkajsConnection {
  socket?: Socket;
  /** Set during a SASL authentication. */
  readonly authHandlers: { readonly onSuccess: (answer: Buffer) => void } | null;
  /** The SASL answer has a length prefix. Without one, any bytes received are the answer. */
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
 * Reads the answers of kafkajs's connections itself, for three reasons. On an invalid length, kafkajs throws inside a
 * socket listener, where no caller can catch it; that ends the process. kafkajs also keeps the first part of an
 * incomplete answer and joins it with bytes from the next socket. And two callers that connect at the same time get
 * two sockets.
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

/** Each `unref` of a closed socket adds a listener, and kafkajs disconnects a dead broker on each attempt. */
function disconnect(this: KafkajsConnection): Promise<unknown> {
  if (this.socket?.destroyed === true) delete this.socket;
  return disconnectAgain.call(this);
}

/** After invalid bytes, nothing more can be read. Fail the connection like a broken one. */
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

/** A connection that was created before this module was loaded has no frames yet. */
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
