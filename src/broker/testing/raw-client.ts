import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FrameBuffer } from '../net/frame-buffer.ts';
import { WireReader } from '../wire/reader.ts';
import type { In, Out } from '../wire/schema.ts';
import type { Type } from '../wire/types.ts';
import { nullableString } from '../wire/types.ts';
import { Writer } from '../wire/writer.ts';

interface AnyApi {
  readonly key: number;
  readonly request: Type<unknown, never>;
  readonly response: Type<unknown, never>;
}

/** A client that sends exactly the bytes or fields that a test wants. */
export class RawClient {
  readonly #socket: Socket;
  readonly #frames = new FrameBuffer();
  readonly #answers: Buffer[] = [];
  readonly #waiting: ((answer: Buffer) => void)[] = [];
  /** Resolves when the broker has closed the connection. */
  readonly closed: Promise<void>;
  #correlationId = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  async request<A extends AnyApi>(
    api: A,
    version: number,
    body: In<A['request']>,
  ): Promise<Out<A['response']>> {
    this.send(api, version, body);
    const reader = new WireReader(await this.answer());
    reader.int32();
    return api.response.read(reader, version) as Out<A['response']>;
  }

  send<A extends AnyApi>(api: A, version: number, body: In<A['request']>): void {
    this.write(
      frameOf(api.key, version, ++this.#correlationId, (writer) => {
        api.request.write(writer, body as never, version);
      }),
    );
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The broker's next answer, without its length prefix. */
  answer(): Promise<Buffer> {
    const present = this.#answers.shift();
    if (present) return Promise.resolve(present);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = this.#frames.take(rest);
      rest = taken.rest;
      if (taken.frame) this.#take(taken.frame);
      else if (this.#frames.wantedBytes > 0) this.#frames.grow(this.#frames.wantedBytes);
    }
  }

  #take(frame: Buffer): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(frame);
    else this.#answers.push(frame);
  }
}

/** Returns a complete frame with a request header of version 1. */
export function frameOf(
  apiKey: number,
  version: number,
  correlationId: number,
  writeBody: (writer: Writer) => void = () => {},
): Buffer {
  const writer = new Writer();
  writer.int16(apiKey);
  writer.int16(version);
  writer.int32(correlationId);
  nullableString.write(writer, 'raw', 1);
  writeBody(writer);
  const body = Buffer.concat(writer.take());
  writer.int32(body.length);
  return Buffer.concat([...writer.take(), body]);
}
