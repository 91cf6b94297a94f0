import { join, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { runFolder } from '../../runs/run-folder.ts';
import { nameIn, runNames } from './run-names.ts';

test.each([
  ['.', join('new', 'one')],
  ['new', `.${sep}one`],
  [join('new', 'one'), `.${sep}`],
])('gives two runs with one ID different names if the current folder is %s', (directory, path) => {
  const folders = ['old', 'new'].map((parent) => runFolder(resolve(parent), 'one'));
  const names = runNames(folders, resolve(directory));
  expect(folders.map((folder) => nameIn(names, folder))).toEqual(['one', path]);
});
