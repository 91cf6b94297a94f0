import type { EndpointPreset } from './preset.ts';

/**
 * The input http_server of Redpanda Connect and Bento. The body is the message. The response comes after the outputs
 * have confirmed the message; its status is 200 unless the configuration sets another. Status 408 (its time-out) and 502
 * (an output failed) leave the message unknown, and 429 refuses a request before it is read. So the default list of
 * rejected statuses fits.
 * Source: Redpanda Connect, "http_server" (https://docs.redpanda.com/redpanda-connect/components/inputs/http_server/);
 * internal/impl/io/input_http_server.go, postHandler.
 */
export const REDPANDA_CONNECT: EndpointPreset = {
  envelope: null,
  contentType: 'application/json',
  headers: {},
  passesHeaders: true,
  outcome: { acked: [{ status: [{ from: 200, to: 200 }] }] },
};
