/**
 * How long to wait for the rest of a request. Some clients write head and body separately, but the body follows at
 * once. If the rest does not come in time, Node's HTTP server takes the connection, with its time limits.
 */
export const REST_WITHIN_MS = 50;

/**
 * Clients close an idle connection at the announced time. The server waits longer, so that it does not reset a request
 * that arrives at that time.
 */
export const KEEP_ALIVE_MARGIN_MS = 1_000;
