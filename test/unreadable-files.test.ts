import { chmod, chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { makeTempFolder, removeFolder } from './support/temp-folder.ts';

/** Root may read every file. So a test that root runs starts qbl as another user. */
const OTHER_USER = process.getuid?.() === 0 ? 65_534 : null;

/** Takes all permissions from a file or folder until the test ends. */
async function lock(path: string, mode: number): Promise<void> {
  await chmod(path, 0);
  onTestFinished(() => chmod(path, mode));
}

describe.skipIf(process.platform === 'win32')('without the permission for the files of a run', () => {
  let folder: string;
  const run = (args: string) =>
    qbl(args.split(' '), { folder, ...(OTHER_USER === null ? {} : { uid: OTHER_USER }) });

  beforeAll(async () => {
    folder = await makeTempFolder();
    if (OTHER_USER !== null) await chown(folder, OTHER_USER, OTHER_USER);
    const { code, stderr } = await run('run --run mine --threads 1 --loops 2 --service-rate 100');
    expect(code, stderr).toBe(0);
  });

  afterAll(() => removeFolder(folder));

  test.each(['run.json', 'samples.jtl', 'trace.jsonl', 'timeline.csv', 'receipts.csv'])(
    'report names the unreadable file %s',
    async (name) => {
      const file = runFile(folder, 'mine', name);
      await lock(file, 0o600);
      const { code, stderr } = await run('report mine');
      expect(stderr).toMatch(/^error: cannot read [^\n]*\n$/);
      expect(stderr).toContain(`${name}: EACCES: permission denied`);
      expect(code).toBe(2);
    },
  );

  test('blast reports a run folder in which it may not write', async () => {
    await lock(dirname(runFile(folder, 'mine', 'run.json')), 0o700);
    const { code, stderr } = await run('blast --run mine --threads 1 --loops 1 --url http://127.0.0.1:1/');
    expect(stderr).toMatch(/^error: cannot write [^\n]*run\.json: EACCES: permission denied/);
    expect(code).toBe(4);
  });
});
