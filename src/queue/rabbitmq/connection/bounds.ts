import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MAX_MESSAGE_BYTES } from './settings.ts';

type Read = (bytes: number) => Promise<Buffer>;
interface HeaderFrame {
  readonly bodySize: number;
}

/** The part of rabbitmq-client's lib/util.js, version 5.0.8, that qbl uses. */
interface Util {
  createAsyncReader(socket: Socket): Read;
}
/** The part of rabbitmq-client's lib/Channel.js that qbl uses. */
interface ChannelModule {
  readonly Channel: { readonly prototype: { _onHeader(frame: HeaderFrame): void } };
}

/**
 * Maximum size of a frame: RabbitMQ's default for frame_max. rabbitmq-client asks the broker for smaller
 * frames.
 */
const MAX_FRAME_BYTES = 131_072;

const internals = createRequire(import.meta.url);
const util: Util = internals('rabbitmq-client/lib/util');
const { Channel }: ChannelModule = internals('rabbitmq-client/lib/Channel');
const { createAsyncReader } = util;
const onHeader = Channel.prototype._onHeader;

/** Makes rabbitmq-client fail a connection if the other side announces more bytes than any RabbitMQ broker sends. */
export function boundPeer(): void {
  boundFrames();
  boundBodies();
}

/**
 * Limits the length of a frame. Without the limit, rabbitmq-client would wait for all announced bytes. For
 * more than 1 GiB, Node throws inside a listener where no caller can catch the error, and the process ends.
 */
function boundFrames(): void {
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

/**
 * Limits the length of a message. rabbitmq-client allocates memory for all frames of a message when the message is
 * announced.
 */
function boundBodies(): void {
  Channel.prototype._onHeader = function (frame) {
    const { bodySize } = frame;
    if (bodySize <= MAX_MESSAGE_BYTES) return onHeader.call(this, frame);
    throw new Error(
      `the broker announces a message of ${bodySize} bytes; qbl reads at most ${MAX_MESSAGE_BYTES}`,
    );
  };
}
