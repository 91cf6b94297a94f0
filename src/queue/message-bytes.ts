import type { MessageHeader, OutgoingMessage } from './queue.ts';

/** Room for the lengths and the type of one header. No system needs more. */
const HEADER_FRAMING_BYTES = 8;

/** Size of a message without its key, at least as large as any system counts its value and headers. */
export function messageBytes({ value, headers }: OutgoingMessage): number {
  return headers === undefined ? value.length : value.length + headersBytes(headers);
}

export function headersBytes(headers: readonly MessageHeader[]): number {
  return headers.reduce(
    (sum, { name, value }) => sum + HEADER_FRAMING_BYTES + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}
