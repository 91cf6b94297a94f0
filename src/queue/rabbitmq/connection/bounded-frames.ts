import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

type Read = (bytes: number) => Promise<Buffer>;

/** What is used here of rabbitmq-client's lib/util.js, version 5.0.8. */
interface Util {
  createAsyncReader(socket: Socket): Read;
}

/** RabbitMQ's default for frame_max, of which rabbitmq-client asks for less. */
const MAX_FRAME_BYTES = 131_072;

const util: Util = createRequire(import.meta.url)('rabbitmq-client/lib/util');
const { createAsyncReader } = util;

/**
 * Lets a connection fail where a peer announces a frame that no broker would send. rabbitmq-client waits for all the
 * bytes that a frame announces; above 1 GiB Node throws, in a listener whose caller catches nothing, and the process ends.
 */
export function boundFrames(): void {
  util.createAsyncReader = (socket) => {
    const read = createAsyncReader(socket);
    return (bytes) =>
      bytes > MAX_FRAME_BYTES
        ? Promise.reject(new Error(`the broker announces a frame of ${bytes} bytes: is it RabbitMQ?`))
        : read(bytes);
  };
}
