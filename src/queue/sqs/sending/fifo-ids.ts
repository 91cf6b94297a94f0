import { createHash, randomUUID } from 'node:crypto';
import { isRunId, RESERVED_KEY } from '../../../message/identity.ts';
import { findIdentity } from '../../../message/reading/find.ts';

/** The two ids that a message to a FIFO queue needs. */
export interface FifoIds {
  /** If the message is sent again with this id within five minutes, SQS accepts it but does not store it again. */
  readonly deduplicationId: string;
  /** The queue keeps the order within this group. */
  readonly groupId: string;
}

/** AWS's rule for both ids (SendMessageBatchRequestEntry). */
const ALLOWED = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

/** Inside a JSON string, the quotes are escaped with backslashes. */
const KEY = new RegExp(String.raw`"${RESERVED_KEY}\\*"`);

/** A message without an identity gets a unique deduplication id. A message without a key gets a group of its own. */
export function fifoIds(key: string | null, body: string): FifoIds {
  const deduplicationId = identityIn(body) ?? randomUUID();
  return { deduplicationId, groupId: key === null ? deduplicationId : allowed(key) };
}

/** Also null if one body contains several identities: no single one identifies the body. */
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
