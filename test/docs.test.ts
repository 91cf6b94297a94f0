import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Folders whose pages people read. */
const FOLDERS = ['docs', 'examples', '.github'];

/** The text of each page without its code blocks, by its path with forward slashes. */
const pages = new Map<string, string>();

beforeAll(async () => {
  const top = (await readdir(PROJECT)).filter((name) => name.endsWith('.md'));
  const inFolders = await Promise.all(FOLDERS.map(pagesIn));
  for (const path of [...top, ...inFolders.flat()])
    pages.set(path, withoutCode(await readFile(join(PROJECT, path), 'utf8')));
});

test('every relative link of a page leads to a file, and to a heading of it', () => {
  const broken = [...pages].flatMap(([page, text]) =>
    linksOf(page, text)
      .filter(({ target, anchor }) => !leadsSomewhere(target, anchor))
      .map(({ written }) => `${page}: ${written}`),
  );
  expect(broken).toEqual([]);
});

test('README leads to every page of docs/', () => {
  const reached = new Set<string>(['README.md']);
  for (const page of reached)
    for (const { target } of linksOf(page, pages.get(page) ?? '')) if (pages.has(target)) reached.add(target);
  const pagesOfDocs = [...pages.keys()].filter((page) => page.startsWith('docs/'));
  expect(pagesOfDocs.filter((page) => !reached.has(page))).toEqual([]);
});

test.each(['docs/architecture.md', 'docs/decisions.md', 'docs/dependencies.md'])(
  '%s names only files and folders that exist',
  async (page) => {
    const text = pages.get(page) ?? '';
    const named = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/(?:[\w.-]+\.ts)?)`/g)].map(
      ([, path = '']) => path,
    );
    const missing = named.filter(
      (path) => !['', 'src'].some((base) => existsSync(join(PROJECT, base, path))),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  },
);

test('docs/architecture.md has a row for each room of src/, with its subrooms', async () => {
  const map = pages.get('docs/architecture.md') ?? '';
  const missing: string[] = [];
  for (const room of await foldersIn('src')) {
    const row = map.split('\n').find((line) => line.startsWith(`| \`${room}/\` |`)) ?? '';
    const subrooms = (await foldersIn(room)).map((path) => path.slice(room.length + 1));
    if (row === '') missing.push(room);
    else
      missing.push(
        ...subrooms.filter((name) => !row.includes(`\`${name}\``)).map((name) => `${room}/${name}`),
      );
  }
  expect(missing).toEqual([]);
});

/** Without those that hold helpers of tests. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(PROJECT, folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
    .map(({ name }) => `${folder}/${name}`);
}

async function pagesIn(folder: string): Promise<string[]> {
  if (!existsSync(join(PROJECT, folder))) return [];
  const names = await readdir(join(PROJECT, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

function withoutCode(text: string): string {
  return text.replace(/^(```+)[\s\S]*?^\1$/gm, '');
}

interface Link {
  readonly written: string;
  /** From the project's folder; of a link within a page, that page. */
  readonly target: string;
  readonly anchor: string | null;
}

/** The relative links of a page; those of other sites are not looked up. */
function linksOf(page: string, text: string): Link[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, written = '']) => written)
    .filter((written) => !/^[a-z]+:/.test(written))
    .map((written) => {
      const [path = '', anchor] = written.split('#');
      const target = path === '' ? page : relative('', normalize(join(dirname(page), path)));
      return { written, target: target.replaceAll('\\', '/'), anchor: anchor ?? null };
    });
}

function leadsSomewhere(target: string, anchor: string | null): boolean {
  if (!existsSync(join(PROJECT, target))) return false;
  const text = pages.get(target);
  return anchor === null || (text !== undefined && anchorsOf(text).has(anchor));
}

/** As GitHub names headings: in lower case, without punctuation, with hyphens for spaces, numbered when repeated. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+)$/gm)) {
    const name = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    anchors.add(times === 0 ? name : `${name}-${times}`);
  }
  return anchors;
}
