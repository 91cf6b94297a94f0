import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { collect, type MeasuredProcess, match } from './process.ts';

/** A process of another tool. Such a process cannot report its CPU time, so the bench reads the time from /proc. */
export type PeerProcess = Pick<MeasuredProcess, 'printed' | 'cpuMicros' | 'stop'>;

const GO_PROXY = resolve('bench/peers/go-proxy');
/** Linux counts CPU time in units of 10 ms (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const TICK_MICROS = 10_000;

/**
 * Builds the proxy in Go. Null if Go or the Go modules are missing, or if the system has no /proc with the CPU time of
 * other processes.
 */
export async function buildGoProxy(directory: string): Promise<string | null> {
  if (!existsSync('/proc/self/stat')) return null;
  const program = join(directory, 'go-proxy');
  try {
    await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd: GO_PROXY });
    return program;
  } catch (error) {
    process.stderr.write(
      `the comparison leaves out the proxy in Go: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return null;
  }
}

export function startPeer(program: string, env: NodeJS.ProcessEnv): PeerProcess {
  const child = spawn(program, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const stdout = collect(child.stdout);
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const tooEarly = closed.then(() => {
    throw new Error(`${program} ended before it was ready`);
  });
  tooEarly.catch(() => {});
  return {
    printed: (pattern) => Promise.race([match(child, stdout, pattern), tooEarly]),
    cpuMicros: async () => cpuMicrosOf(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/**
 * User and system time of a process so far: fields 14 and 15 of its stat file. Field 2 ends with `)` and may contain
 * spaces.
 */
function cpuMicrosOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}
