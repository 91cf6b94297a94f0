import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, linksOf } from './support/markdown.ts';
import { command, packProject } from './support/npm.ts';
import { tempFolder } from './support/temp-folder.ts';

test('every relative link and anchor of the packed pages leads somewhere', async () => {
  const folder = await tempFolder();
  const { file, paths } = await packProject(folder);
  await command('tar', ['-xzf', file, '-C', folder], folder);
  const root = join(folder, 'package');
  const pages = paths.filter((path) => path.endsWith('.md'));
  const broken = await Promise.all(pages.map((page) => brokenLinks(root, page)));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/semantics.md', 'examples/README.md']));
  expect(broken.flat()).toEqual([]);
});

test('the check reports missing files, missing anchors and paths outside the package, and ignores code', async () => {
  const root = join(await tempFolder(), 'package');
  await mkdir(root);
  await writeFile(join(root, 'b.md'), '# Twice\n# Twice\n## `code`, and Ñandú!\n```\n# no heading\n```\n');
  await writeFile(join(root, '..', 'outside.md'), '');
  const good = '[1](b.md) [2](b.md#twice-1) [3](b.md#code-and-ñandú) [4](#a) [5](https://example.com/x)';
  const bad = ['gone.md', 'b.md#no-heading', 'b.md#twice-2', '../outside.md', '#b', '/b.md'];
  const links = bad.map((target) => `[text\nof two lines](${target})`).join(' ');
  await writeFile(
    join(root, 'a.md'),
    `# A\n${good}\n\`[x](code.md)\`\n\`\`\`\n[y](fence.md)\n\`\`\`\n${links}\n`,
  );
  expect(await brokenLinks(root, 'a.md')).toEqual(bad.map((target) => `a.md: ${target}`));
});

/** Returns the links of a page that lead to no file of the package, or to no heading of the file. */
async function brokenLinks(root: string, page: string): Promise<string[]> {
  const targets = linksOf(await readFile(join(root, page), 'utf8'));
  const local = targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
  const checked = local.map(async (target) => ((await leadsSomewhere(root, page, target)) ? [] : [target]));
  return (await Promise.all(checked)).flat().map((target) => `${page}: ${target}`);
}

async function leadsSomewhere(root: string, page: string, target: string): Promise<boolean> {
  const [path = '', anchor] = target.split('#').map(decodeURIComponent);
  if (path.startsWith('/')) return false;
  const file = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (relative(root, file).split(sep)[0] === '..' || !existsSync(file)) return false;
  return anchor === undefined || anchorsOf(await readFile(file, 'utf8')).has(anchor);
}
