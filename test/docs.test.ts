import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

test('README leads to every page of docs/', async () => {
  const reached = new Set([join('README.md')]);
  for (const page of reached) {
    for (const linked of await pagesLinkedFrom(page)) reached.add(linked);
  }
  const files = await readdir(join(PROJECT, 'docs'), { recursive: true });
  const pages = files.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test.each(['docs/architecture.md', 'docs/decisions.md', 'docs/dependencies.md'])(
  '%s names only files and folders that exist',
  async (page) => {
    const text = await readFile(join(PROJECT, page), 'utf8');
    const paths = [...text.matchAll(/`((?:[\w.-]+\/)+(?:[\w.-]+\.ts)?)`/g)].map(([, path = '']) => path);
    const isThere = (path: string) => ['', 'src'].some((base) => existsSync(join(PROJECT, base, path)));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  },
);

test('docs/architecture.md has a row for each room of src/, with its subrooms', async () => {
  const map = (await readFile(join(PROJECT, 'docs/architecture.md'), 'utf8')).split('\n');
  const missing: string[] = [];
  for (const room of await foldersIn('src')) {
    const row = map.find((line) => line.startsWith(`| \`src/${room}/\` |`)) ?? '';
    const names = [`src/${room}/`, ...(await foldersIn(`src/${room}`))];
    missing.push(...names.filter((name) => !row.includes(`\`${name}\``)).map((name) => `${room}: ${name}`));
  }
  expect(missing).toEqual([]);
});

test('README names the commands that have --json', async () => {
  const folder = await tempFolder();
  const { stdout } = await qbl(['--help'], { folder });
  const names = [...stdout.matchAll(/^ {2}([a-z]+) {3,}\w/gm)].map(([, name = '']) => name);
  const helps = await Promise.all(names.map((name) => qbl([name, '--help'], { folder })));
  const withJson = names.filter((_, index) => helps[index]?.stdout.includes('--json'));
  const readme = await readFile(join(PROJECT, 'README.md'), 'utf8');
  const [, listed = ''] = /With `--json` the commands (.*?) print/s.exec(readme) ?? [];
  expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(withJson.sort());
});

async function pagesLinkedFrom(page: string): Promise<string[]> {
  const text = await readFile(join(PROJECT, page), 'utf8');
  return [...text.matchAll(/\]\(([^)#:\s]+\.md)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => join(dirname(page), target))
    .filter((target) => existsSync(join(PROJECT, target)));
}

/** Returns the folders inside a folder, without those that contain helpers of tests. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(PROJECT, folder), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => name !== 'testing');
}
