import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BIN, qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';

const LOAD = ['--threads', '2', '--loops', '5'];
const REPLACED = ['report.html', 'verify.json', 'e2e.hlog', 'summary.json', 'latency.hlog', 'tap.json'];
const UNTOUCHED = 'a file of somebody else';

/** Replaces a file of the run with a link to a file outside. */
async function linkInPlaceOf(path: string, folder: string): Promise<string> {
  const target = join(folder, `target of ${basename(path)}`);
  await writeFile(target, UNTOUCHED);
  await symlink(target, path);
  return target;
}

test('only the owner can read the folder and the files of a run', async () => {
  const folder = await tempFolder();
  const args = ['run', '--run', 'mine', ...LOAD, '--service-rate', '200', '--compare', 'direct'];
  expect((await qbl(args, { folder })).code).toBe(0);
  expect((await qbl(['report', 'mine'], { folder })).code).toBe(0);
  for (const run of ['mine', 'mine-direct']) {
    const path = join(folder, 'runs', run);
    expect((await stat(path)).mode & 0o777, run).toBe(0o700);
    const names = await readdir(path);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) expect((await stat(join(path, name))).mode & 0o777, name).toBe(0o600);
  }
});

describe('never writes through a symbolic link in the folder of a run', () => {
  test.each(['trace.jsonl', 'samples.jtl'])('blast refuses %s', async (name) => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
    const target = await linkInPlaceOf(runFile(folder, 'mine', name), folder);
    const { code, stderr } = await qbl(['blast', '--run', 'mine', '--url', 'http://127.0.0.1:1', ...LOAD], {
      folder,
    });
    expect(code, stderr).not.toBe(0);
    expect(stderr).toContain(name);
    expect(await readFile(target, 'utf8')).toBe(UNTOUCHED);
  });

  test.each(['samples.jtl', 'apache-jmeter.log'])(
    'jmeter refuses %s, even if it leads nowhere',
    async (name) => {
      const folder = await tempFolder();
      await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
      await mkdir(join(folder, 'jmeter', 'bin'), { recursive: true });
      await writeFile(join(folder, 'jmeter', 'bin', 'ApacheJMeter.jar'), 'is not started');
      await symlink(join(folder, 'target'), runFile(folder, 'mine', name));
      const args = [
        'jmeter',
        '--run',
        'mine',
        '--url',
        'http://127.0.0.1:1',
        '--jmeter-home',
        join(folder, 'jmeter'),
      ];
      const { code, stderr } = await qbl([...args, ...LOAD], { folder });
      expect(code, stderr).toBe(2);
      expect(stderr).toContain(name);
      await expect(lstat(join(folder, 'target'))).rejects.toThrow('ENOENT');
    },
  );

  test.each(['receipts.csv', 'timeline.csv', 'blast.log'])('run refuses %s', async (name) => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
    const target = await linkInPlaceOf(runFile(folder, 'mine', name), folder);
    const { stderr } = await qbl(['run', '--run', 'mine', ...LOAD, '--service-rate', '200'], { folder });
    expect(stderr).toContain(`${name}: it is a symbolic link`);
    expect(await readFile(target, 'utf8')).toBe(UNTOUCHED);
  });

  test('run replaces a link if it replaces the file, and reports a link if it appends to the file', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
    const paths = REPLACED.map((name) => runFile(folder, 'mine', name));
    const seen = runFile(folder, 'mine', 'seen.jsonl');
    const targets = await Promise.all([...paths, seen].map((path) => linkInPlaceOf(path, folder)));
    const ran = await qbl(['run', '--run', 'mine', ...LOAD], { folder });
    expect(ran.code, ran.stderr).toBe(0);
    for (const target of targets) expect(await readFile(target, 'utf8')).toBe(UNTOUCHED);
    for (const path of paths) expect((await lstat(path)).isFile(), path).toBe(true);
    expect(await readFile(runFile(folder, 'mine', 'verify.log'), 'utf8')).toContain(
      'seen.jsonl: it is a symbolic link',
    );
  });
});

test('only the owner can read a .jmx file, even if others could read the file before', async () => {
  const folder = await tempFolder();
  const file = join(folder, 'plan.jmx');
  await writeFile(file, 'x'.repeat(100_000), { mode: 0o644 });
  await symlink(file, join(folder, 'link.jmx'));
  const { code, stderr } = await qbl(['jmeter', '--render', 'link.jmx', ...LOAD], { folder });
  expect(code, stderr).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/jmeterTestPlan>\s*$/);
});

test.skipIf(process.platform !== 'linux')('writes a .jmx file into a pipe', async () => {
  const folder = await tempFolder();
  const command = `'${process.execPath}' '${BIN}' jmeter --render /dev/stdout | cat`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: folder });
  expect(stdout).toContain('</jmeterTestPlan>');
});

test('does not read a device instead of a file of a run', async () => {
  const folder = await tempFolder();
  expect((await qbl(['run', '--run', 'mine', ...LOAD], { folder })).code).toBe(0);
  for (const name of ['verify.json', 'trace.jsonl', 'e2e.hlog', 'timeline.csv']) {
    const path = runFile(folder, 'mine', name);
    await rename(path, `${path}.kept`).catch(() => {});
    await symlink('/dev/zero', path);
    const { code, stderr } = await qbl(['report', 'mine'], { folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(`${name}: it is not a regular file`),
    });
    await rename(path, `${path}.zero`);
    await rename(`${path}.kept`, path).catch(() => {});
  }
});
