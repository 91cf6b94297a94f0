import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

const SCRIPT = fileURLToPath(new URL('./foreign-service.mjs', import.meta.url));

export interface ForeignService {
  readonly address: string;
  readonly topic: string;
  readonly group: string;
  readonly workMs?: number;
  /** The process kills itself at this message, before it commits the message. */
  readonly diesAfter?: number;
}

/** Starts a kafkajs consumer in its own process, and waits until it is a member of its group. Killed with the test. */
export async function startForeignService(service: ForeignService): Promise<void> {
  const { address, topic, group, workMs = 0, diesAfter = 0 } = service;
  const args = [address, topic, group, String(workMs), String(diesAfter)];
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  await until(`a member of ${group}`, () => output.includes('joined'));
}
