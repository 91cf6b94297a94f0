import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIN, qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/** Windows removes no folder that a process uses, and its paths of sockets have no limit. */
describe.skipIf(process.platform === 'win32')('without the current folder', () => {
  test.each([
    ['report'],
    ['run'],
    ['blast'],
    ['init'],
    ['broker', '--port', '0'],
    ['size', '--rate', '9', '--service-rate', '5', '--duration', '9s'],
  ])('%s says what to do', async (...args) => {
    expect(await withoutFolder(...args)).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'error: the current folder was removed, or cannot be read\nhint: Change to another folder with cd, and start the command again.\n',
    });
  });

  test('--help still works', async () => {
    expect(await withoutFolder('--help')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('without a folder for temporary files', () => {
  test.each([
    ['run of an embedded broker', 'run', '--threads', '1'],
    ['plan from standard input', 'run', '--plan', '-'],
  ])('says what to do (%s)', async (_, ...args) => {
    await expectTemporaryFolderError(await tempFolder(), args);
  });

  test.skipIf(process.platform === 'win32')(
    'says what to do if the path of the run is too long for a socket',
    async () => {
      const folder = join(await tempFolder(), 'x'.repeat(100));
      await mkdir(folder);
      const size = ['--threads', '1', '--rate', '1', '--url', 'http://127.0.0.1:1/'];
      await expectTemporaryFolderError(folder, ['blast', '--until-stopped', ...size]);
    },
  );
});

/** Runs qbl in a folder that is removed before qbl starts. */
async function withoutFolder(...args: string[]) {
  const folder = join(await tempFolder(), 'gone');
  await mkdir(folder);
  const script = 'rmdir "$PWD" && exec "$@"';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 100_000,
  });
  return { code: status, stdout, stderr };
}

async function expectTemporaryFolderError(folder: string, args: readonly string[]): Promise<void> {
  const missing = join(folder, 'none');
  const env = { TMPDIR: missing, TEMP: missing, TMP: missing };
  const { code, stderr } = await qbl(args, { folder, env });
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /^error: cannot create a temporary folder: ENOENT.*\nhint: Set the environment variable TMPDIR to a folder that you can write to\.\n$/,
  );
}
