import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SendAnswer } from '../ingest/answer.ts';

const UNAUTHORIZED: SendAnswer = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer' },
  body: "Send this server's token in a header: Authorization: Bearer <token>.",
};

/** Checks the token of a request. Returns null if the request is allowed, otherwise the answer that refuses it. */
export type CheckToken = (headers: IncomingHttpHeaders) => SendAnswer | null;

/**
 * Returns the check of the token.
 * @param token the token that requests must send; null if none is required
 */
export function tokenChecker(token: string | null): CheckToken {
  if (token === null) return () => null;
  const expected = Buffer.from(token);
  return ({ authorization = '' }) => {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const bytes = Buffer.from(given);
    // The comparison takes the same time for every wrong token, so its duration reveals only the token's length.
    const isRight = bytes.length === expected.length && timingSafeEqual(bytes, expected);
    return isRight ? null : UNAUTHORIZED;
  };
}
