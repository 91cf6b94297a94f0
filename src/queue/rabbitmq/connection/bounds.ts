import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MAX_MESSAGE_BYTES } from './settings.ts';

type Read = (bytes: number) => Promise<Buffer>;
interface HeaderFrame {
  readonly bodySize: number;
}

/** What is used here of rabbitmq-client's lib/util.js, version 5.0.8. */
interface Util {
  createAsyncReader(socket: Socket): Read;
}
/** What is used here of its lib/Channel.js. */
interface ChannelModule {
  readonly Channel: { readonly prototype: { _onHeader(frame: HeaderFrame): void } };
}

/** RabbitMQ's default for frame_max, of which rabbitmq-client asks for less. */
const MAX_FRAME_BYTES = 131_072;

const internals = createRequire(import.meta.url);
const util: Util = internals('rabbitmq-client/lib/util');
const { Channel }: ChannelModule = internals('rabbitmq-client/lib/Channel');
const { createAsyncReader } = util;
const onHeader = Channel.prototype._onHeader;

/** Lets a connection fail where a peer announces more than a broker would send. */
export function boundPeer(): void {
  boundFrames();
  boundBodies();
}

/**
 * rabbitmq-client waits for all the bytes that a frame announces. Above 1 GiB Node throws, in a listener whose caller
 * catches nothing, and the process ends.
 */
function boundFrames(): void {
  util.createAsyncReader = (socket) => {
    const read = createAsyncReader(socket);
    return (bytes) =>
      bytes > MAX_FRAME_BYTES
        ? Promise.reject(new Error(`the broker announces a frame of ${bytes} bytes: is it RabbitMQ?`))
        : read(bytes);
  };
}

/** rabbitmq-client keeps all frames of a body, and allocates a list of them when the body is announced. */
function boundBodies(): void {
  Channel.prototype._onHeader = function (frame) {
    const { bodySize } = frame;
    if (bodySize <= MAX_MESSAGE_BYTES) return onHeader.call(this, frame);
    throw new Error(
      `the broker announces a message of ${bodySize} bytes; qbl reads at most ${MAX_MESSAGE_BYTES}`,
    );
  };
}
