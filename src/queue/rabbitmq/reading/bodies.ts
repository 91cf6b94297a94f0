import type { Channel } from 'rabbitmq-client';

interface HeaderFrame {
  readonly bodySize: number;
  readonly fields: { contentType?: unknown };
}

/** The largest value that RabbitMQ allows for max_message_size. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** The channel with a method that rabbitmq-client's types omit. */
type ReceivingChannel = Channel & { _onHeader(frame: HeaderFrame): void };

/**
 * Makes the channel return message bodies unchanged. rabbitmq-client decodes text/plain and application/json
 * (`_onBody` in its Channel.js), and no option prevents that. The checksum of a message needs the original bytes.
 */
export function keepBodies(channel: Channel): void {
  if (!isReceiving(channel)) throw new Error('rabbitmq-client has no Channel._onHeader');
  const onHeader = channel._onHeader.bind(channel);
  channel._onHeader = (frame) => {
    // Throws an error for a message that is too large. rabbitmq-client then closes the connection.
    if (frame.bodySize > MAX_BODY_BYTES)
      throw new Error(`the message has ${frame.bodySize} bytes, more than RabbitMQ allows`);
    frame.fields.contentType = undefined;
    onHeader(frame);
  };
}

function isReceiving(channel: Channel): channel is ReceivingChannel {
  return '_onHeader' in channel;
}
