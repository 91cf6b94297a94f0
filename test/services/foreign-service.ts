import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from '../support/until.ts';

/** The behaviour of a service that knows nothing of qbl. */
export interface Behaviour {
  readonly workMs?: number;
  /** Whether it acknowledges the messages that it takes. */
  readonly acknowledges?: boolean;
}

export interface ForeignService {
  kill(): void;
}

/**
 * Starts a RabbitMQ consumer in its own process, and waits until it consumes. Killed with the test.
 * @param prefetch messages that it holds at once; 0: without a limit
 */
export function startConsumer(
  address: string,
  queue: string,
  { prefetch = 10, workMs = 0, acknowledges = true }: Behaviour & { readonly prefetch?: number },
): Promise<ForeignService> {
  return start('foreign-consumer.mjs', [address, queue, prefetch, workMs, acknowledges]);
}

/** Starts an SQS consumer in its own process, and waits until it consumes. Killed with the test. */
export function startReceiver(
  endpoint: string,
  queue: string,
  { workMs = 0, acknowledges = true }: Behaviour,
): Promise<ForeignService> {
  return start('foreign-receiver.mjs', [endpoint, queue, workMs, acknowledges]);
}

async function start(script: string, args: readonly unknown[]): Promise<ForeignService> {
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  await until('a service that consumes', () => output.includes('consuming'));
  return { kill: () => void child.kill('SIGKILL') };
}
