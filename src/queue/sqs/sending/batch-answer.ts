import { createHash } from 'node:crypto';
import type { SendMessageBatchResult } from '@aws-sdk/client-sqs';
import { entryFailureOf } from '../requests/errors.ts';
import type { AttemptResult } from './outgoing-batch.ts';

/**
 * Reads the result of each message from the answer to SendMessageBatch, in order. The ids in the request are indexes.
 * A message that the answer lists as neither sent nor failed, or as both, is unknown.
 */
export function readAnswer(
  { Successful = [], Failed = [] }: Partial<SendMessageBatchResult>,
  bodies: readonly string[],
): AttemptResult[] {
  const stored = new Map(Successful.map((entry) => [entry.Id, entry]));
  const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
  return bodies.map((body, index) => {
    const [success, failure] = [stored.get(String(index)), failed.get(String(index))];
    if (success !== undefined && failure === undefined) return storedAs(body, success.MD5OfMessageBody);
    if (failure !== undefined && success === undefined) return entryFailureOf(failure);
    return { kind: 'unknown', detail: "the queue's answer does not mention this message" };
  });
}

function storedAs(body: string, md5: string | undefined): AttemptResult {
  const sent = createHash('md5').update(body).digest('hex');
  if (md5 === sent) return { kind: 'acked' };
  return {
    kind: 'damaged',
    detail: 'the queue stored different bytes: their MD5 differs from that of the message',
  };
}
