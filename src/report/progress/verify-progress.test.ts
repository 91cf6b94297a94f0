import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { VerifyProgress } from '../../process/messages.ts';
import { progressText } from './bar.ts';
import { progressView } from './progress.ts';
import { verifyProgressLine } from './verify-progress.ts';

const verifyProgressText = (progress: VerifyProgress, columns: number | null = null) =>
  progressText(verifyProgressLine(progress), columns);

test('has a text for each phase', () => {
  expect(verifyProgressText({ phase: 'waiting', waitsFor: 'sender' })).toBe('waiting for the sender to end');
  const reading = { phase: 'reading', done: 500, total: 1_000, obstacle: null } as const;
  expect(verifyProgressText(reading)).toBe(`reading the queue ${'█'.repeat(10)}${'░'.repeat(10)} 500/1,000`);
  expect(verifyProgressText({ ...reading, total: null })).toBe('reading the queue 500');
  const quiet = { phase: 'settling', missing: 0, leftMs: 7_400, settleMs: 10_000 } as const;
  expect(verifyProgressText(quiet)).toBe(
    `settling ${'█'.repeat(5)}${'░'.repeat(15)} nothing missing, waiting for late messages  8 s left`,
  );
  expect(verifyProgressText({ ...quiet, missing: 2 })).toContain(
    ' 2 acknowledged messages missing  8 s left',
  );
});

test('shows a shorter bar, or none, so that the text fits', () => {
  const settling = { phase: 'settling', missing: 0, leftMs: 5_000, settleMs: 10_000 } as const;
  const text = 'nothing missing, waiting for late messages  5 s left';
  const bar = `${'█'.repeat(9)}${'░'.repeat(9)}`;
  expect(verifyProgressText(settling, 80)).toBe(`settling ${bar} ${text}`);
  expect(verifyProgressText(settling, 62)).toBe(`settling ${text}`);
});

test('shows an obstacle without its control characters', () => {
  const obstacle = 'an open transaction\u001b[2J holds partition 2 back';
  const text = verifyProgressText({ phase: 'reading', done: 1, total: 2, obstacle });
  expect(text).toContain('an open transaction');
  expect(text).not.toContain('\u001b');
});

test.each([
  ['a terminal that cannot move its cursor', { isTTY: true, columns: 80, isDumb: true }],
  ['a log', { isTTY: false, columns: null }],
])('writes no escape sequences and no progress of a short task to %s', (_, target) => {
  const stream = new PassThrough();
  const view = progressView(stream, target, 'sending');
  for (let i = 0; i < 10; i++) view.verifying({ phase: 'waiting', waitsFor: 'sender' });
  view.note('a note');
  view.end();
  expect(String(stream.read())).toBe('a note\n');
});
