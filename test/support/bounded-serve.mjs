/** Runs serve with a queue that accepts no message, for a test with a small heap. Prints its port. */
import process from 'node:process';
import { startServe } from '../../src/serve/serve.ts';

const MINUTE_MS = 60_000;
const sender = {
  connected: true,
  maxInFlight: 1,
  maxBatchMessages: 1,
  maxBatchBytes: 1,
  maxMessageBytes: 64 * 1024 ** 2,
  send: () => new Promise(() => {}),
  close: async () => {},
};
const queue = { url: 'none', openSender: async () => sender, close: async () => {} };
const limits = { requestTimeoutMs: 10 * MINUTE_MS, timeoutMs: MINUTE_MS, maxBodyBytes: 64 * 1024 ** 2 };
const { port } = await startServe({ queue, port: 0, ...limits, log: () => {} });
process.stdout.write(`${port}\n`);
