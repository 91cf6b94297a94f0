import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SendAnswer } from '../ingest/answer.ts';

const UNAUTHORIZED: SendAnswer = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer' },
  body: "Send this server's token in a header: Authorization: Bearer <token>.",
};

/** Returns the answer to a request without the token. Null if the request is allowed. */
export type CheckToken = (headers: IncomingHttpHeaders) => SendAnswer | null;

/** @param token null if no token is required */
export function tokenChecker(token: string | null): CheckToken {
  if (token === null) return () => null;
  const expected = Buffer.from(token);
  return ({ authorization = '' }) => {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const bytes = Buffer.from(given);
    // The comparison takes constant time, so its duration reveals only the token's length.
    const isRight = bytes.length === expected.length && timingSafeEqual(bytes, expected);
    return isRight ? null : UNAUTHORIZED;
  };
}
