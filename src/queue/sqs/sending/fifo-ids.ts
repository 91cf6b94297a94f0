import { createHash, randomUUID } from 'node:crypto';
import { isRunId, RESERVED_KEY } from '../../../message/identity.ts';
import { findIdentity } from '../../../message/reading/find.ts';

/** What a message to a FIFO queue has to carry. */
export interface FifoIds {
  /** Sent again under this id within five minutes, it is taken and not stored a second time. */
  readonly deduplicationId: string;
  /** Within it the queue keeps the order. */
  readonly groupId: string;
}

/** AWS's rule for both (SendMessageBatchRequestEntry). */
const ALLOWED = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

/** In a text of JSON the quotes have backslashes before them. */
const KEY = new RegExp(String.raw`"${RESERVED_KEY}\\*"`);

/** A message without an identity is like no other; one without a key is in a group of its own. */
export function fifoIds(key: string | null, body: string): FifoIds {
  const deduplicationId = identityIn(body) ?? randomUUID();
  return { deduplicationId, groupId: key === null ? deduplicationId : allowed(key) };
}

/** Null also where several messages travel in one body: no single identity stands for all of them. */
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
