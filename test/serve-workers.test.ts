import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CHILD_MARK } from '../src/process/parent.ts';
import { startBroker } from './support/broker.ts';
import { childOf, childrenOf } from './support/processes.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

async function startServe(...options: string[]) {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const queue = `kafka://${broker.address}/orders`;
  const args = ['serve', '--workers', '2', '--port', '0', '--queue', queue, ...options];
  const serve = startQbl(args, { folder });
  const url = await serve.line(/^serving POST \/send on (\S+) by 2 processes$/m);
  await until('a connection', async () => (await fetch(`${url}/readyz`)).status === 200);
  return { folder, broker, queue, serve, url };
}

const blast = (folder: string, queue: string, url: string) =>
  qbl(
    ['blast', '--url', `${url}/send`, '--queue', queue, '--threads', '20', '--loops', '50', '--allow-errors'],
    { folder },
  );

async function metric(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(metrics.split(`\n${name} `)[1]?.split('\n')[0]);
}

const ackedBy = (url: string) => metric(url, 'qbl_serve_messages_total{outcome="acked"}');

describe('serve with several processes', () => {
  test('loses nothing, and its metrics include all processes', async () => {
    const { folder, queue, serve, url } = await startServe();
    expect((await blast(folder, queue, url)).code).toBe(0);
    expect((await qbl(['verify'], { folder })).stdout).toMatch(/^PASS .*1,000 acknowledged/m);
    expect(await ackedBy(url)).toBe(1000);
    const workers = await childrenOf(serve.pid);
    expect(workers).toHaveLength(2);
    serve.signal('SIGTERM');
    expect((await serve.ended).code).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('stops only when the first process gets the signal, not each process for itself', async () => {
    const { folder, queue, serve, url } = await startServe();
    const workers = await childrenOf(serve.pid);
    for (const worker of workers) process.kill(worker, 'SIGTERM');
    expect((await blast(folder, queue, url)).code).toBe(0);
    expect(await childrenOf(serve.pid)).toEqual(workers);
    serve.signal('SIGTERM');
    expect((await serve.ended).code).toBe(0);
  });

  test('answers all messages before it ends, if the queue answers within a long --timeout', async () => {
    const { broker, serve, url } = await startServe('--timeout', '5m');
    let isStopped = false;
    const send = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
    /** Sends one message after the other. Resolves with the status of the first answer after the stop. */
    const client = async (): Promise<number> => {
      const { status } = await fetch(`${url}/send`, send);
      return isStopped || status !== 200 ? status : client();
    };
    const statuses = Promise.all(Array.from({ length: 8 }, client));
    await until('messages', async () => (await ackedBy(url)) > 100);
    broker.process.signal('SIGSTOP');
    await until('a pending message', async () => (await metric(url, 'qbl_serve_pending_messages')) > 0);
    isStopped = true;
    serve.signal('SIGTERM');
    // The queue is silent for longer than serve waits for its processes with the usual --timeout.
    await new Promise((resolve) => setTimeout(resolve, 31_000));
    broker.process.signal('SIGCONT');
    // A message that arrives after the stop is refused with 503.
    const answers = await statuses;
    expect(answers.filter((status) => status !== 503)).toEqual(answers.filter((status) => status === 200));
    expect(answers).toContain(200);
    expect(await serve.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('killed') });
  });

  test('reports a wrong URL of the queue as wrong usage', async () => {
    const args = ['serve', '--workers', '2', '--port', '0', '--queue', 'tcp://localhost:9092/orders'];
    const { code, stderr } = await qbl(args, { folder: await tempFolder() });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: unsupported queue URL/)]);
  });

  test('replaces a killed process', async () => {
    const { folder, queue, serve, url } = await startServe();
    const [first] = await childrenOf(serve.pid);
    process.kill(first ?? 0, 'SIGKILL');
    await until('another worker', async () => {
      const workers = await childrenOf(serve.pid);
      return workers.length === 2 && !workers.includes(first ?? 0);
    });
    await until('a connection', async () => (await fetch(`${url}/readyz`)).status === 200);
    expect((await blast(folder, queue, url)).code).toBe(0);
    expect((await qbl(['verify'], { folder })).code).toBe(0);
  });

  test('lets no client wait for a killed process', async () => {
    const { serve, url } = await startServe();
    const first = await childOf(serve.pid);
    process.kill(first, 'SIGSTOP');
    // One process is paused. The processes take connections in turns, so the paused process gets at least one of these
    // requests.
    let answered = 0;
    const requests = Array.from({ length: 4 }, async () => {
      await fetch(`${url}/healthz`);
      answered++;
    });
    await until('answers of the other process', async () => answered >= 2);
    process.kill(first, 'SIGKILL');
    const outcomes = await Promise.allSettled(requests);
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
  });

  test('shows no metrics rather than incomplete ones while a process hangs', async () => {
    const { serve, url } = await startServe();
    const first = await childOf(serve.pid);
    process.kill(first, 'SIGSTOP');
    // One process is paused. The processes take connections in turns, so the other process gets at least one of these
    // requests.
    const answers = Array.from({ length: 4 }, () => fetch(`${url}/metrics`));
    try {
      const answer = await Promise.any(answers);
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/not complete/)]);
    } finally {
      process.kill(first, 'SIGCONT');
    }
    await Promise.all(answers);
    serve.signal('SIGTERM');
    const { code, stderr } = await serve.ended;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('bug:')]);
  });

  test('reports only once that the port is in use', async () => {
    const folder = await tempFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await qbl(['serve', '--workers', '3', '--port', String(port)], { folder });
    expect(code).toBe(4);
    expect(stderr.match(/^error: .*$/gm)).toEqual([expect.stringMatching(/in use/)]);
  });

  test('ends with the code of an unavailable environment if a process was killed at the stop', async () => {
    const { serve } = await startServe();
    const first = await childOf(serve.pid);
    process.kill(first, 'SIGSTOP');
    serve.signal('SIGTERM');
    // The other process ends only after serve began to stop.
    await until('the end of the other process', async () => (await childrenOf(serve.pid)).length === 1);
    process.kill(first, 'SIGKILL');
    expect(await serve.ended).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('before it was closed'),
    });
  });

  test('ends with the exit code of a process that fails before it is ready', async () => {
    const folder = await tempFolder();
    const preload = join(folder, 'fail.cjs');
    await writeFile(preload, `if (process.env.${CHILD_MARK}) process.exit(70);`);
    const env = { NODE_OPTIONS: `--require=${preload}` };
    const { code } = await qbl(['serve', '--workers', '2', '--port', '0'], { folder, env });
    expect(code).toBe(70);
  });
});
