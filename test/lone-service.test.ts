import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { kill, qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const FAILING_SOCKETS = fileURLToPath(new URL('./support/failing-sockets.cjs', import.meta.url));
const REFUSED = 'another service is already writing into the run in';

test('refuses a second service of a run until the first one has ended or was killed', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const args = ['consume', '--run', 'mine', '--queue', `kafka://${address}/orders`];
  const record = async () => JSON.parse(await readFile(join(folder, 'runs', 'mine', 'service.json'), 'utf8'));
  const start = async () => {
    const running = startQbl(args, { folder });
    await running.line(/consuming kafka:/);
    return running;
  };

  const first = await start();
  const before = await record();
  expect(expectUsageError(await qbl(args, { folder }))).toContain(REFUSED);
  expect(expectUsageError(await qbl(['direct', '--run', 'mine', '--port', '0'], { folder }))).toContain(
    REFUSED,
  );
  expect(await record()).toEqual(before);
  await kill(first);

  const second = await start();
  expect((await record()).earlier).toEqual([{ startedAt: before.startedAt, end: null }]);
  second.signal('SIGINT');
  expect((await second.ended).code).toBe(0);
  expect(await readdir(join(folder, 'runs', 'mine'))).not.toContainEqual(expect.stringMatching(/\.sock/));
});

test('refuses a second service without a queue', async () => {
  const folder = await tempFolder();
  const args = ['direct', '--run', 'mine', '--port', '0'];
  const first = startQbl(args, { folder });
  await first.line(/serving POST on/);
  expect(expectUsageError(await qbl(args, { folder }))).toContain(REFUSED);
  first.signal('SIGINT');
  expect((await first.ended).code).toBe(0);
  expect(await readdir(join(folder, 'runs', 'mine'))).not.toContainEqual(expect.stringMatching(/\.sock/));
});

describe.skipIf(process.platform === 'win32')(
  'a service that cannot have a socket in the folder of its run',
  () => {
    const args = ['direct', '--run', 'mine', '--port', '0'];
    const failing = (code: string) => ({
      NODE_OPTIONS: `--require "${FAILING_SOCKETS}"`,
      SOCKET_ERROR: code,
    });

    test.each(['ENOTSUP', 'EPERM'])('runs if the file system has no sockets (%s)', async (code) => {
      const folder = await tempFolder();
      await startQbl(args, { folder, env: failing(code) }).line(/serving POST on/);
    });

    test('does not run if another error occurs', async () => {
      const folder = await tempFolder();
      const { code, stderr } = await startQbl(args, { folder, env: failing('ENOSPC') }).ended;
      expect(stderr).toMatch(
        /^error: cannot find out whether another service writes into the run in .*mine: listen ENOSPC.*\nhint: /,
      );
      expect(code).toBe(4);
    });

    test('does not run if the path of the run and the path of the temporary folder are too long', async () => {
      const folder = await tempFolder();
      const env = { TMPDIR: join(folder, 'x'.repeat(100)) };
      await mkdir(env.TMPDIR);
      const { code, stderr } = await startQbl([...args, '--runs', 'y'.repeat(100)], { folder, env }).ended;
      expect(stderr).toMatch(/^error: the path of the temporary folder is too long: .*x\nhint: Set TMPDIR/);
      expect(code).toBe(4);
      expect(await readdir(folder)).toHaveLength(2);
    });
  },
);
