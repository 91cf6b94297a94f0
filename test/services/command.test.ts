import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** Address of ElasticMQ when it is started by the command or by docker-compose.yml. */
const LIST_QUEUES = 'http://127.0.0.1:9324/?Action=ListQueues';

describeWith(['java', 'mvn'], 'npm run services', () => {
  /** A root folder of its own, so that services which a developer has started keep running. */
  let root: string;
  beforeAll(async () => {
    root = await makeTempFolder();
    const cache = join('.qbl', 'cache');
    await mkdir(join(ROOT, cache), { recursive: true });
    await mkdir(join(root, '.qbl'));
    for (const folder of ['node_modules', 'scripts', cache]) {
      await symlink(join(ROOT, folder), join(root, folder), 'junction');
    }
    await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
    const project = join(ROOT, 'test', 'services', 'tsconfig.json');
    execFileSync(process.execPath, [TSC, '-p', project, '--outDir', join(root, '.qbl')]);
  });
  afterAll(async () => {
    await services('stop');
    await removeFolder(root);
  });

  test('starts a service in the background, prints its address, and stops it', async () => {
    const started = await services('start', 'sqs');
    expect(started).toMatchObject({ code: 0, stderr: '' });
    expect(started.stdout).toMatch(/^sqs +sqs:\/\/127\.0\.0\.1:9324\/stress-queue$/m);
    expect(started.stdout).toMatch(/^ready after /m);
    expect((await fetch(LIST_QUEUES)).ok).toBe(true);

    const again = await services('start', 'sqs');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('sqs: already started') });
    expect((await fetch(LIST_QUEUES)).ok).toBe(true);

    const added = await services('start', 'jmeter');
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^jmeter +JMETER_HOME=/m) });
    expect((await fetch(LIST_QUEUES)).ok).toBe(true);

    expect(await services('stop')).toEqual({ code: 0, stdout: 'services stopped\n', stderr: '' });
    await expect(fetch(LIST_QUEUES)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await services('stop')).toEqual({ code: 0, stdout: 'no services are running\n', stderr: '' });
  });

  test('reports why a service does not start, and leaves nothing running', async () => {
    const taken = createServer().listen(9324, '127.0.0.1');
    await once(taken, 'listening');
    const first = await services('start', 'sqs');
    taken.close();
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('port 9324 is in use') });
    expect((await services('stop')).stdout).toBe('no services are running\n');
  });

  test.each([[['start', 'kafak']], [['begin']], [[]]])('answers %j with the usage', async (args) => {
    expect(await services(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: ') });
  });

  function services(...args: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const command = join(root, '.qbl', 'services', 'command.js');
    return new Promise((resolve) => {
      execFile(process.execPath, [command, ...args], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });
  }
});
