import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SendAnswer } from '../ingest/answer.ts';

const UNAUTHORIZED: SendAnswer = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer' },
  body: 'Send the token of this server: Authorization: Bearer <token>.',
};

/** The answer to a request without the token; null for one that may go on. */
export type CheckToken = (headers: IncomingHttpHeaders) => SendAnswer | null;

/** @param token null: none is asked for */
export function tokenChecker(token: string | null): CheckToken {
  if (token === null) return () => null;
  const expected = Buffer.from(token);
  return ({ authorization = '' }) => {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const bytes = Buffer.from(given);
    // The time that the comparison takes tells nothing of the token but its length.
    const isRight = bytes.length === expected.length && timingSafeEqual(bytes, expected);
    return isRight ? null : UNAUTHORIZED;
  };
}
