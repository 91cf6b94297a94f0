import type { EndpointPreset } from './preset.ts';

/**
 * The input http_server of Redpanda Connect and Bento. The body is the message. The server responds after the
 * outputs have confirmed the message. The status is 200 unless the configuration sets another one. After
 * status 408 (its time-out) and 502 (an output failed), the outcome of the message is unknown. Status 429
 * refuses a request before it is read. So the default list of rejected statuses is right. Source: Redpanda
 * Connect, "http_server" (https://docs.redpanda.com/redpanda-connect/components/inputs/http_server/);
 * internal/impl/io/input_http_server.go, postHandler.
 */
export const REDPANDA_CONNECT: EndpointPreset = {
  envelope: null,
  contentType: 'application/json',
  headers: {},
  passesHeaders: true,
  outcome: { acked: [{ status: [{ from: 200, to: 200 }] }] },
};
