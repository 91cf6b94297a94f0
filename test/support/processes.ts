import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.ts';

/** The processes that a process has started and that still run. Needs `ps`. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

/** What the list of processes shows everybody of these. Needs `ps`. */
export async function commandLinesOf(pids: readonly number[]): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', pids.join(',')]);
  return stdout;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until none of the processes runs any more. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(`the end of the processes ${pids.join(', ')}`, () => !pids.some(isRunning));
}
