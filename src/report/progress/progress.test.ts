import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Progress } from '../../process/messages.ts';
import { progressView } from './progress.ts';

const STATE: Progress = {
  ...{ done: 300, total: null, totalMs: null, perSecond: 100, errors: 1, p99Ms: null, elapsedMs: 3_000 },
};

/** Returns the text that a terminal gets for this progress. */
function shown(state: Progress, columns = 80): string {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  const view = progressView(stream, { isTTY: true, columns }, 'sending');
  view.update(state);
  const text = String(stream.read());
  view.end();
  return text;
}

const full = (text: string) => text.split('█').length - 1;

test('fills the bar by time if the plan has a duration, and shows the remaining time', () => {
  const text = shown({ ...STATE, totalMs: 10_000 });
  expect(full(text)).toBe(6);
  expect(text).toContain('300  100/s  1 error  7 s left');
});

test('fills the bar by requests if the plan has a number of loops', () => {
  const text = shown({ ...STATE, total: 400 });
  expect(full(text)).toBe(15);
  expect(text).toContain('300/400  100/s  1 error  1 s left');
});

test('shows what is sent so far, without a bar, if the plan has no end', () => {
  const text = shown(STATE);
  expect(text).toContain('sending 300 so far, in 3 s  100/s  1 error');
  expect(text).not.toContain('left');
});

test.each([
  [60, `sending ${'█'.repeat(14)}${'░'.repeat(4)} 300/400  100/s  1 error  1 s left`],
  [30, 'sending 300/400  100/s  1…'],
  [12, 'sending…'],
])('fits a line into %i columns, and marks where it is cut', (columns, line) => {
  const text = stripVTControlCharacters(shown({ ...STATE, total: 400 }, columns));
  expect(text).toBe(line);
});

test('never loads the data about wide characters for a line of progress, because a sender would send late', () => {
  for (const columns of [80, 30, 12]) shown({ ...STATE, total: 400 }, columns);
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded).not.toContainEqual(expect.stringContaining('wrap-ansi'));
});
