import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { isRunning, untilGone } from '../support/processes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMPILED = join(ROOT, '.qbl', 'services', 'service-process.js');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const IDLE = ['-e', 'setInterval(() => {}, 60_000)'];

/** Compile the file, as the services command does: Node 20 cannot run TypeScript. */
beforeAll(() => {
  execFileSync(process.execPath, [TSC, '-p', join(ROOT, 'test', 'services', 'tsconfig.json')]);
});

/** Starts a process that starts a service. Resolves with both process ids. */
async function startOwner(): Promise<{ owner: number; service: number }> {
  const log = join(await tempFolder(), 'log');
  const script = `
    import { startProcess } from ${JSON.stringify(pathToFileURL(COMPILED).href)};
    const service = startProcess(process.execPath, ${JSON.stringify(IDLE)}, ${JSON.stringify(log)});
    process.stdout.write(service.pid + '\\n');
    setInterval(() => {}, 60_000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    owner.kill('SIGKILL');
  });
  let output = '';
  owner.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const service = await until('the pid of a service', () => /^(\d+)\n/.exec(output)?.[1] ?? null);
  return { owner: owner.pid ?? 0, service: Number(service) };
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a service ends when its owner ends with %s',
  async (signal) => {
    const { owner, service } = await startOwner();
    expect(isRunning(service)).toBe(true);
    process.kill(owner, signal);
    await untilGone([service]);
  },
);

test.skipIf(process.platform === 'win32')('a paused service also ends with its owner', async () => {
  const { owner, service } = await startOwner();
  process.kill(service, 'SIGSTOP');
  process.kill(owner, 'SIGKILL');
  await untilGone([service]);
});
