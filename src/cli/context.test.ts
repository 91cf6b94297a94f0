import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { output } from './context.ts';

test('wraps lines to the width of the terminal at the time of writing', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const { line } = output(terminal as unknown as NodeJS.WriteStream);
  line('one two three');
  terminal.columns = 9;
  line('one two three');
  expect(String(terminal.read())).toBe('one two three\none two\nthree\n');
});
