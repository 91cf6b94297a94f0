import { createHash, randomUUID } from 'node:crypto';
import { isRunId, RESERVED_KEY } from '../../../message/identity.ts';
import { findIdentity } from '../../../message/reading/find.ts';

/** The two ids that a message to a FIFO queue needs. */
export interface FifoIds {
  /** If a second message with this id is sent within five minutes, SQS accepts it but does not store it. */
  readonly deduplicationId: string;
  /** The queue keeps the order of the messages of one group. */
  readonly groupId: string;
}

/** The characters that AWS allows in both ids (SendMessageBatchRequestEntry). */
const ALLOWED = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

/** Matches the key of qbl's identity, also inside a JSON string, where quotes are escaped with backslashes. */
const KEY = new RegExp(String.raw`"${RESERVED_KEY}\\*"`);

/**
 * Returns the ids for a message. A body without an identity gets a random deduplication id. A message without a key
 * gets its own group.
 */
export function fifoIds(key: string | null, body: string): FifoIds {
  const deduplicationId = identityIn(body) ?? randomUUID();
  return { deduplicationId, groupId: key === null ? deduplicationId : allowed(key) };
}

/**
 * Returns the identity in the body. Null if the body has no identity. Also null if the body has several
 * identities, because one of several does not identify the body.
 */
function identityIn(body: string): string | null {
  if (body.split(KEY).length > 2) return null;
  const found = findIdentity(body);
  if (found === null) return null;
  const { run, group, thread, loop, request } = found.claim.identity;
  return [isRunId(run) ? run : hash(run), group, thread, loop, request].join('-');
}

function allowed(key: string): string {
  return ALLOWED.test(key) ? key : hash(key);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
