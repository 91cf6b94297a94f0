import { expect, test } from 'vitest';
import { type AttemptResult, OutgoingBatch } from './outgoing-batch.ts';

const ACKED: AttemptResult = { kind: 'acked' };
const UNKNOWN: AttemptResult = { kind: 'unknown', detail: 'no answer' };
const TRY_AGAIN: AttemptResult = { kind: 'try-again', detail: 'throttled' };
const REFUSED: AttemptResult = { kind: 'refused', reason: 'not-authorized', detail: 'no' };
const DAMAGED: AttemptResult = { kind: 'damaged', detail: 'MD5' };

/** Returns the outcome of one message after these attempts, or `open` if the message would be sent again. */
function outcomeAfter(fifo: boolean, ...results: readonly AttemptResult[]): string {
  const batch = new OutgoingBatch([{ key: null, value: Buffer.from('a') }], { fifo, maxMessageBytes: 10 });
  for (const result of results) {
    const [entry] = batch.open;
    if (entry === undefined) throw new Error('already settled');
    batch.begin([entry]);
    batch.note(entry, result);
  }
  const [outcome] = batch.outcomes();
  return `${batch.open.length > 0 ? 'open, ' : ''}${outcome?.kind}`;
}

test.each<[string, boolean, AttemptResult[]]>([
  ['acked', false, [ACKED]],
  ['refused', false, [REFUSED]],
  ['open, refused', false, [TRY_AGAIN]],
  ['acked', false, [TRY_AGAIN, ACKED]],
  ['unknown', false, [UNKNOWN]],
  ['unknown', false, [TRY_AGAIN, UNKNOWN]],
  ['unknown', false, [DAMAGED]],
  ['open, unknown', true, [UNKNOWN]],
  ['acked', true, [UNKNOWN, ACKED]],
  ['unknown', true, [UNKNOWN, REFUSED]],
  ['open, unknown', true, [UNKNOWN, TRY_AGAIN]],
  ['unknown', true, [DAMAGED]],
])('%s (FIFO: %s)', (expected, fifo, results) => {
  expect(outcomeAfter(fifo, ...results)).toBe(expected);
});

test('a message in flight may be stored', () => {
  const batch = new OutgoingBatch([{ key: null, value: Buffer.from('a') }], {
    fifo: false,
    maxMessageBytes: 1,
  });
  expect(batch.outcomes()).toMatchObject([{ kind: 'refused', reason: 'unavailable' }]);
  batch.begin(batch.open);
  expect(batch.outcomes()).toMatchObject([{ kind: 'unknown' }]);
});

test('gives up only those messages that a later message of the same key has overtaken', () => {
  const message = (key: string | null, text: string) => ({ key, value: Buffer.from(text) });
  const batch = new OutgoingBatch(
    [message('a', '1'), message('b', '2'), message(null, '3'), message('a', '4'), message('a', '5')],
    { fifo: true, maxMessageBytes: 1 },
  );
  const results = [TRY_AGAIN, TRY_AGAIN, TRY_AGAIN, ACKED, UNKNOWN];
  for (const [index, entry] of batch.open.entries()) batch.note(entry, results[index] ?? REFUSED);
  batch.giveUpOvertaken();
  expect(batch.open.map(({ body }) => body)).toEqual(['2', '3', '5']);
});
