import type { Channel } from 'rabbitmq-client';

interface HeaderFrame {
  readonly bodySize: number;
  readonly fields: { contentType?: unknown };
}

/** The largest max_message_size that RabbitMQ can be given. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** What rabbitmq-client's types leave out. */
type ReceivingChannel = Channel & { _onHeader(frame: HeaderFrame): void };

/**
 * Makes the channel give out bodies as they came. rabbitmq-client decodes text/plain and application/json
 * (`_onBody` in its Channel.js), which loses the bytes that sums are computed over; it does so by the content type,
 * and has no option against it.
 */
export function keepBodies(channel: Channel): void {
  if (!isReceiving(channel)) throw new Error('rabbitmq-client has no Channel._onHeader');
  const onHeader = channel._onHeader.bind(channel);
  channel._onHeader = (frame) => {
    // What is thrown here ends the connection.
    if (frame.bodySize > MAX_BODY_BYTES) throw new Error(`a message of ${frame.bodySize} bytes`);
    frame.fields.contentType = undefined;
    onHeader(frame);
  };
}

function isReceiving(channel: Channel): channel is ReceivingChannel {
  return '_onHeader' in channel;
}
