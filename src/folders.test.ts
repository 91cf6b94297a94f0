import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAX_FILES = 15;
const MAX_LINES = 250;

const source = fileURLToPath(new URL('.', import.meta.url));
const all = readdirSync(source, { recursive: true, encoding: 'utf8' });

test(`no folder has more than ${MAX_FILES} files besides tests`, () => {
  const files = all.filter((path) => /[.]\w+$/.test(path) && !path.endsWith('.test.ts'));
  const folders = files.map((path) => dirname(path));
  const tooFull = folders.filter((folder) => folders.filter((other) => other === folder).length > MAX_FILES);
  expect([...new Set(tooFull)]).toEqual([]);
});

/** Biome has the same rule, but counts a comment of several lines as one line. */
test(`no file has more than ${MAX_LINES} lines, tests included`, () => {
  const files = all.filter((path) => path.endsWith('.ts'));
  const lines = (path: string) => readFileSync(join(source, path), 'utf8').trimEnd().split('\n').length;
  expect(files.filter((path) => lines(path) > MAX_LINES)).toEqual([]);
});
