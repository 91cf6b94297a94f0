import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

type Read = (bytes: number) => Promise<Buffer>;

/** The part of rabbitmq-client's lib/util.js, version 5.0.8, that qbl uses. */
interface Util {
  createAsyncReader(socket: Socket): Read;
}

/** RabbitMQ's default for frame_max. rabbitmq-client asks for less. */
const MAX_FRAME_BYTES = 131_072;

const util: Util = createRequire(import.meta.url)('rabbitmq-client/lib/util');
const { createAsyncReader } = util;

/**
 * Fails a connection whose peer announces a larger frame than any broker sends. rabbitmq-client would wait for all
 * announced bytes. Above 1 GiB, Node throws inside a listener where nothing catches it, and the process ends.
 */
export function boundFrames(): void {
  util.createAsyncReader = (socket) => {
    const read = createAsyncReader(socket);
    return (bytes) =>
      bytes > MAX_FRAME_BYTES
        ? Promise.reject(
            new Error(`the broker announces a frame of ${bytes} bytes; check that it is RabbitMQ`),
          )
        : read(bytes);
  };
}
