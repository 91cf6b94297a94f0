import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutated } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { rewritten } from './rewritten.ts';

/**
 * Shows early that a mutation no longer fits the code: a developer who changes a line sees this before the
 * long tests run.
 */
test.each(MUTATIONS)('$file still has the code that this mutation changes: $rule', async (mutation) => {
  const text = await readFile(fileURLToPath(new URL(`../../../${mutation.file}`, import.meta.url)), 'utf8');
  expect(mutated(text, mutation)).not.toBe(text);
  const other = rewritten(text);
  expect(mutated(other, mutation), 'reworded and reformatted').not.toBe(other);
});
