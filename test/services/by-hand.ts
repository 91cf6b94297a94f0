import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';

/** Messages sent through `qbl serve`, and functions to inspect the results. */
export interface Sending {
  readonly folder: string;
  readonly queue: string;
  verify(...options: string[]): Promise<{ readonly code: number | null; readonly record: VerifyRecord }>;
}

const DEADLINE_MS = 120_000;

export function newTopic(): string {
  return `topic-${randomUUID()}`;
}

/** Starts `qbl serve` in front of the queue. Resolves with its URL when it is ready. It ends with the test. */
export function startServe(queue: string, ...options: string[]): Promise<string> {
  return startServeWith({}, queue, ...options);
}

/**
 * Starts `qbl serve` in front of the queue.
 * @param env settings that the queue needs besides its URL
 */
export async function startServeWith(
  env: NodeJS.ProcessEnv,
  queue: string,
  ...options: string[]
): Promise<string> {
  const folder = await tempFolder();
  const args = ['serve', '--host', '127.0.0.1', '--port', '0', '--queue', queue, ...options];
  const serve = startQbl(args, { folder, env });
  const origin = await serve.line(/serving POST \/send on (\S+)/);
  await until('a proxy that is ready', async () => (await fetch(`${origin}/readyz`)).ok);
  return `${origin}/send`;
}

/** Runs `qbl blast` through `qbl serve` and expects every message to be acknowledged. */
export async function send(queue: string, threads = 10, loops = 10): Promise<Sending> {
  const folder = await tempFolder();
  const url = await startServe(queue);
  const size = ['--threads', String(threads), '--loops', String(loops)];
  const blast = await qbl(['blast', '--queue', queue, '--url', url, ...size], {
    folder,
    deadlineMs: DEADLINE_MS,
  });
  expect(blast.code, blast.stderr).toBe(0);
  return {
    folder,
    queue,
    verify: async (...options) => {
      const ended = await qbl(['verify', '--json', ...options], { folder, deadlineMs: DEADLINE_MS });
      return { code: ended.code, record: recordOf(ended) };
    },
  };
}

/** Expects that every message arrived exactly once and undamaged, and that no other message arrived. */
export function allArrived(messages: number) {
  const all = { sent: messages, acked: messages, received: messages };
  const none = { lost: 0, duplicated: 0, phantom: 0, unexpected: 0, foreign: 0, corrupt: 0 };
  return { verdict: 'pass', reasons: [], ...all, ...none, drained: true };
}
