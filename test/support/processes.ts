import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.ts';

/** The running child processes of a process. Needs `ps`. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

/** The first child process. Throws if there is none, because a signal to process 0 would end the tests. */
export async function childOf(pid: number): Promise<number> {
  const [child] = await childrenOf(pid);
  if (child === undefined) throw new Error(`the process ${pid} has no child process`);
  return child;
}

/** The command lines of these processes, which every user can see. Needs `ps`. */
export async function commandLinesOf(pids: readonly number[]): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', pids.join(',')]);
  return stdout;
}

/** Kills the child process of a run that executes this command of qbl. Needs `ps`. */
export async function killPart(run: { readonly pid: number }, command: string): Promise<void> {
  const pid = await until(`qbl ${command}`, async () => {
    for (const child of await childrenOf(run.pid)) {
      // Paths of Node and qbl.js come before the command.
      const [, , name] = (await commandLinesOf([child]).catch(() => '')).split(' ');
      if (name === command) return child;
    }
    return null;
  });
  process.kill(pid, 'SIGKILL');
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(`the end of the processes ${pids.join(', ')}`, () => !pids.some(isRunning));
}
