import { createRequire } from 'node:module';
import type { Connection } from 'rabbitmq-client';

interface HeaderFrame {
  readonly bodySize: number;
}
interface BodyFrame {
  readonly payload: Buffer;
}
/** A message of which the broker has sent the header, and maybe a part of the body. */
interface Incoming {
  readonly headerFrame?: HeaderFrame;
  readonly chunks?: Buffer[];
  received: number;
}
interface ChannelParts {
  readonly _state: { readonly incoming?: Incoming };
  _onBody(frame?: BodyFrame): void;
}
/** The parts of a connection of rabbitmq-client, version 5.0.8, that its types omit. */
interface ConnectionParts {
  readonly _opt: { frameMax: number };
  readonly _state: { readonly frameMax: number };
}

/** The smallest limit for frames that AMQP allows (constant frame-min-size of AMQP 0-9-1). */
const MIN_FRAME_MAX = 4_096;
/** The bytes of a frame around its payload (AMQP 0-9-1, section 4.2.3). */
const FRAME_OVERHEAD_BYTES = 8;

const internals = createRequire(import.meta.url);
const { Channel }: { readonly Channel: { readonly prototype: ChannelParts } } = internals(
  'rabbitmq-client/lib/Channel',
);
const onBody = Channel.prototype._onBody;
/** How many bytes of each incoming message have not arrived yet. */
const missing = new WeakMap<Incoming, number>();

/**
 * Makes channels count the bytes of a message to know when it is complete. rabbitmq-client counts the frames instead,
 * and expects each frame to be full. So it would cut off a message that comes in smaller frames.
 */
export function collectBodiesByBytes(): void {
  Channel.prototype._onBody = function (frame) {
    const { incoming } = this._state;
    if (frame === undefined || incoming?.headerFrame === undefined || incoming.chunks === undefined)
      return onBody.call(this, frame);
    const left = (missing.get(incoming) ?? incoming.headerFrame.bodySize) - frame.payload.length;
    if (left < 0) throw new Error('the broker sent more bytes of a message than it announced');
    missing.set(incoming, left);
    if (left > 0) incoming.chunks[incoming.received++] = frame.payload;
    else {
      // rabbitmq-client delivers a message when its list of chunks is full. So the last chunk sets the length of the
      // list.
      incoming.chunks.length = incoming.received + 1;
      onBody.call(this, frame);
    }
  };
}

/**
 * Makes the channels of a connection keep to the broker's limit for frames. rabbitmq-client keeps to its own limit,
 * and a broker with a smaller one would close the connection at the first longer message.
 * @throws Error if the limit is smaller than AMQP allows
 */
export function keepToFrameMax(connection: Connection): void {
  if (!hasParts(connection)) throw new Error('rabbitmq-client has no Connection._state');
  const { frameMax } = connection._state;
  if (frameMax < MIN_FRAME_MAX)
    throw new Error(
      `the broker allows frames of at most ${frameMax} bytes; AMQP requires ${MIN_FRAME_MAX} or more`,
    );
  connection._opt.frameMax = frameMax - FRAME_OVERHEAD_BYTES;
}

function hasParts(connection: object): connection is ConnectionParts {
  return '_opt' in connection && '_state' in connection;
}
