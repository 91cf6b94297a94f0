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
/** The part of its lib/Channel.js that qbl uses. */
interface ChannelModule {
  readonly Channel: { readonly prototype: { _onHeader(frame: HeaderFrame): void } };
}

/** RabbitMQ's default for frame_max. rabbitmq-client asks for less. */
const MAX_FRAME_BYTES = 131_072;

const internals = createRequire(import.meta.url);
const util: Util = internals('rabbitmq-client/lib/util');
const { Channel }: ChannelModule = internals('rabbitmq-client/lib/Channel');
const { createAsyncReader } = util;
const onHeader = Channel.prototype._onHeader;

/** Fails a connection whose peer announces more than any broker sends. */
export function boundPeer(): void {
  boundFrames();
  boundBodies();
}

/**
 * rabbitmq-client would wait for all announced bytes. Above 1 GiB, Node throws inside a listener where nothing catches
 * it, and the process ends.
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
