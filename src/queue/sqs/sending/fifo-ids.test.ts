import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fifoIds } from './fifo-ids.ts';

const ALLOWED = /^[!-~]{1,128}$/;

function body(run: string, thread = 1): string {
  const claim = { run, group: 1, thread, loop: 2, request: 3, sentAt: '0.5', sum: 's' };
  return JSON.stringify({ order: { number: 1, qbl: claim } });
}

test('the identity of a message is its deduplication id, wherever the body contains it', () => {
  expect(fifoIds(null, body('my-run'))).toEqual({
    deduplicationId: 'my-run-1-1-2-3',
    groupId: 'my-run-1-1-2-3',
  });
});

test('a message without an identity, or with several, gets a unique deduplication id', () => {
  const two = `[${body('a')},${body('a')}]`;
  const texts = JSON.stringify([body('a'), body('b')]);
  for (const text of ['text', '{"qbl":1}', two, texts]) {
    expect(fifoIds(null, text).deduplicationId).not.toBe(fifoIds(null, text).deduplicationId);
  }
});

test('the key is the message group', () => {
  expect(fifoIds('customer-7', 'text').groupId).toBe('customer-7');
});

test('AWS allows both ids; they are equal for equal input and differ otherwise', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      const [first, second] = [fifoIds(a, body(a)), fifoIds(b, body(b))];
      expect(first.groupId).toMatch(ALLOWED);
      expect(first.deduplicationId).toMatch(ALLOWED);
      expect(first.groupId === second.groupId).toBe(a === b);
      expect(first.deduplicationId === second.deduplicationId).toBe(a === b);
      expect(fifoIds(a, body(a))).toEqual(first);
    }),
  );
});
