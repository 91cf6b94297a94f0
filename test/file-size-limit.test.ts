import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { listen, urlOf } from '../src/http/listen.ts';
import { openQueue } from '../src/queue/open.ts';
import { startServe } from '../src/serve/serve.ts';
import { startBroker } from './support/broker.ts';
import { BIN, qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

const isLinux = process.platform === 'linux';

/** Starts qbl with a limit for the size of its files, in units of 512 bytes. */
function limited(blocks: number, args: readonly string[], cwd: string) {
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const child = spawn('sh', ['-c', command, process.execPath, BIN, ...args], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { text: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (output.text += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output.text += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, ended };
}

test.skipIf(!isLinux)('blast ends with one line if it may not write more samples', async () => {
  const folder = await tempFolder();
  const server = (
    request: import('node:http').IncomingMessage,
    response: import('node:http').ServerResponse,
  ) => request.resume().on('end', () => response.end('ok'));
  const servers = await listen(() => createServer(server), { port: 0, portOption: '--port' });
  onTestFinished(() => {
    for (const each of servers) each.close().closeAllConnections();
  });
  const load = ['--threads', '2', '--loops', '1000', '--trace', '0', '--url', urlOf(servers[0])];
  const { output, ended } = limited(80, ['blast', '--run', 'mine', ...load], folder);
  expect(await ended, output.text).toBe(4);
  expect(output.text.match(/^error: .*$/gm)).toEqual([
    `error: cannot write ${runFile(folder, 'mine', 'samples.jtl')}: EFBIG: file too large, write`,
  ]);
  expect(output.text).not.toMatch(/bug|^ +at /m);
  expect((await readFile(runFile(folder, 'mine', 'samples.jtl'))).length).toBe(80 * 512);
});

test.skipIf(!isLinux)('the broker acknowledges only messages that it may write', async () => {
  const folder = await tempFolder();
  const args = ['broker', '--port', '0', '--data', 'data', '--partitions', '1'];
  const { child, output, ended } = limited(64, args, folder);
  const url = await until('the broker', () => /kafka:\/\/\S+(?=,)/.exec(output.text)?.[0] ?? null);
  const queue = await openQueue(`${url}/t`);
  const serve = await startServe({ queue, port: 0, timeoutMs: 1_000, log: () => {} });
  onTestFinished(() => serve.close());
  const isReady = () => fetch(`${serve.urls[0]}/readyz`).then(({ ok }) => ok);
  await until('serve is connected', isReady);
  const acked: string[] = [];
  let refused = 0;
  for (let n = 0; refused < 3; n++) {
    const body = JSON.stringify({ n, text: 'x'.repeat(500) });
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await fetch(`${serve.urls[0]}/send`, { method: 'POST', headers, body });
    if (status === 200) acked.push(body);
    else refused++;
  }
  const stored: string[] = [];
  const reader = await queue.openReader({
    from: { kind: 'beginning' },
    consume: false,
    onDeliveries: (deliveries) => stored.push(...deliveries.map(({ value }) => value?.toString() ?? '')),
    name: 'test',
  });
  const drain = await reader.drain(performance.now() + 20_000, new AbortController().signal);
  expect(drain.complete).toBe(true);
  expect(acked.length).toBeGreaterThan(20);
  expect(stored).toEqual(acked);
  expect(output.text).toMatch(/cannot append: EFBIG/);
  expect(output.text).not.toMatch(/bug|^ +at /m);
  child.kill('SIGTERM');
  expect(await ended, output.text).toBe(0);
});

test.skipIf(!isLinux)('verify leaves no earlier verdict if it may not write the new one', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const queue = `kafka://${address}/numbers`;
  const load = ['--threads', '1', '--loops', '2', '--queue', queue];
  expect((await qbl(['run', '--run', 'mine', ...load], { folder })).code).toBe(0);
  const verdict = () => existsSync(runFile(folder, 'mine', 'verify.json'));
  expect(verdict()).toBe(true);
  const { output, ended } = limited(2, ['verify', 'mine', '--settle', '0s', '--exactly-once'], folder);
  expect(await ended, output.text).toBe(4);
  expect(output.text).toContain('PASS  run mine');
  expect(output.text).toMatch(/^error: cannot write .*verify\.json: EFBIG/m);
  expect(verdict()).toBe(false);
  const report = await qbl(['report', 'mine', '--summary', '-'], { folder });
  expect(report.stdout).toContain('## qbl: unverified');
});
