import { foreignRequest, isLoopbackHost, pathOf } from '../../http/foreign.ts';
import type { SendAnswer } from '../ingest/answer.ts';
import type { RequestHead } from '../ingest/ingest.ts';
import { tokenChecker } from './token.ts';

/** Returns the answer that refuses a request without permission. Null if the request is allowed. */
export type Gatekeeper = (head: RequestHead) => SendAnswer | null;

/** Paths that need no token, so that health checks work without it. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz'];

/**
 * Returns the check of requests for a server.
 * @param host the address on which the server listens; undefined means both loopback addresses
 * @param token the token that requests must send; undefined if none is required
 */
export function gatekeeper(host: string | undefined, token: string | undefined): Gatekeeper {
  const isLoopback = isLoopbackHost(host);
  const checkToken = tokenChecker(token ?? null);
  return (head) => {
    const foreign = isLoopback ? foreignRequest(head) : null;
    if (foreign !== null) return { status: 403, body: foreign };
    if (token === undefined || OPEN_PATHS.includes(pathOf(head.url))) return null;
    return checkToken(head.headers);
  };
}
