import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { childOf, childrenOf } from './support/processes.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

async function startServe() {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const queue = `kafka://${broker.address}/orders`;
  const serve = startQbl(['serve', '--workers', '2', '--port', '0', '--queue', queue], { folder });
  const url = await serve.line(/^serving POST \/send on (\S+) by 2 processes$/m);
  await until('a connection', async () => (await fetch(`${url}/readyz`)).status === 200);
  return { folder, queue, serve, url };
}

const blast = (folder: string, queue: string, url: string) =>
  qbl(
    ['blast', '--url', `${url}/send`, '--queue', queue, '--threads', '20', '--loops', '50', '--allow-errors'],
    { folder },
  );

async function ackedBy(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/qbl_serve_messages_total\{outcome="acked"\} (\d+)/.exec(metrics)?.[1]);
}

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
});
