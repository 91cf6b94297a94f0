import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { buildModule } from './support/build-module.ts';

const PROGRAM = new URL('./support/bounded-serve.mjs', import.meta.url);
const CONNECTIONS = 8;
const CHUNKS = 150_000;
const HEAD =
  'POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

async function startServe(heapMegabytes: number): Promise<{ process: ChildProcess; port: number }> {
  const program = await buildModule(PROGRAM);
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytes}`, program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [text] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return { process: child, port: Number(String(text)) };
}

/** Sends the beginning of a body in chunks of one byte. Resolves when the server has read all chunks. */
async function sendBytes(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(`${HEAD}1\r\n"\r\n`);
  const many = '1\r\nx\r\n'.repeat(1_000);
  for (let sent = 0; sent < CHUNKS; sent += 1_000) {
    if (!socket.write(many)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
}

async function pendingBytes(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^qbl_serve_pending_bytes (\d+)$/m.exec(text)?.[1]);
}

test('bodies in chunks of one byte need only as much memory as their bytes', async () => {
  const { process: serve, port } = await startServe(48);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => sendBytes(port)));
  await expect
    .poll(() => pendingBytes(port), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(CONNECTIONS * CHUNKS);
  expect(await pendingBytes(port)).toBeLessThan(3 * CONNECTIONS * CHUNKS);
  expect(serve.exitCode).toBeNull();
});
