import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAX_FILES = 15;

test(`no folder has more than ${MAX_FILES} files besides tests`, () => {
  const source = fileURLToPath(new URL('.', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /[.]\w+$/.test(path) && !path.endsWith('.test.ts'),
  );
  const folders = files.map((path) => dirname(path));
  const tooFull = folders.filter((folder) => folders.filter((other) => other === folder).length > MAX_FILES);
  expect([...new Set(tooFull)]).toEqual([]);
});
