import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Starts a server that answers every request with exactly these bytes, which need not be HTTP. Resolves with its URL.
 */
export async function startRawHttpServer(answer: Buffer): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}/send`;
}
