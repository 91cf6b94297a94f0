import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { BIN, cleanEnvironment, type Ended } from './qbl.ts';
import { runFile } from './run-files.ts';

export const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/**
 * Runs a program in the folder until the program or the test ends. The variable QBL has the path of the built qbl,
 * which the examples run.
 */
export function runScript(
  command: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const [file = '', ...args] = command;
  const environment = { ...cleanEnvironment(), TMPDIR: folder, QBL: BIN, ...env };
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    onTestFinished(() => killGroup(child.pid));
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

/** Kills a script that has not ended, and all processes that the script left running. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty: the script stopped what it had started.
  }
}

/** Runs an example's run.sh. */
export function runExample(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return runScript(['sh', `${EXAMPLES}${name}/run.sh`], folder, env);
}

/** Returns the error of a connection to this port of the local machine. Null if a server listens at the port. */
export function connectionError(port: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** The content of verify.json of each run in the folder, in the order of the runs' names. */
export async function verifications(folder: string): Promise<VerifyRecord[]> {
  const runs = (await readdir(join(folder, 'runs'))).sort();
  const texts = runs.map((run) => readFile(runFile(folder, run, 'verify.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text));
}
