import type { MessageHeader } from './message.ts';
import type { OutgoingMessage } from './queue.ts';

/** Bytes for the lengths and the type of one header. No queue system needs more. */
const HEADER_FRAMING_BYTES = 8;

/** Upper limit of a message's size without its key: no queue system counts more bytes for the value and the headers. */
export function messageBytes({ value, headers }: OutgoingMessage): number {
  return headers === undefined ? value.length : value.length + headersBytes(headers);
}

export function headersBytes(headers: readonly MessageHeader[]): number {
  return headers.reduce(
    (sum, { name, value }) => sum + HEADER_FRAMING_BYTES + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}
