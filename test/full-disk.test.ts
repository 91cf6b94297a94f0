import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BIN } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';

const RUN = 'run --run mine --threads 1 --loops 2';

/** Runs qbl with its output redirected by a shell, as a user would. */
async function redirected(folder: string, args: string, redirection: string) {
  const command = `'${process.execPath}' '${BIN}' ${args} ${redirection}`;
  const done = promisify(execFile)('sh', ['-c', command], { cwd: folder });
  return done.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

// /dev/full is a device that is always full.
describe.skipIf(process.platform !== 'linux')('on a full disk', () => {
  test.each([RUN, `${RUN} --json`, '--help', 'run --help'])(
    'says that it cannot write its output: qbl %s',
    async (args) => {
      const { code, stderr } = await redirected(await tempFolder(), args, '> /dev/full');
      expect(code, stderr).toBe(4);
      expect(stderr).toMatch(/^error: cannot write to standard output: ENOSPC: no space left on device/m);
      expect(stderr).not.toContain('bug');
    },
  );

  test('finishes a run even if it cannot write to standard error', async () => {
    const folder = await tempFolder();
    const { code, stdout } = await redirected(folder, RUN, '2> /dev/full');
    expect(code).toBe(0);
    expect(stdout).toContain('PASS  run mine');
    expect(await readFile(runFile(folder, 'mine', 'report.html'), 'utf8')).toContain('</html>');
  });
});
