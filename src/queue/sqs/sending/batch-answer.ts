import { createHash } from 'node:crypto';
import type { SentAnswer } from '../requests/answers.ts';
import { entryFailureOf } from '../requests/errors.ts';
import type { AttemptResult } from './outgoing-batch.ts';

/**
 * Returns the result of each message, in order, from the answer to SendMessageBatch. The ids in the request are
 * indexes. A message that the answer lists neither as sent nor as failed, or as both, has an unknown result.
 */
export function readAnswer({ Successful, Failed }: SentAnswer, bodies: readonly string[]): AttemptResult[] {
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
