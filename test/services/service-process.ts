import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { ROOT } from './cache.ts';

/**
 * The process of a test service, such as Kafka. It ends at the latest when this process ends, even if this process is
 * killed.
 */
export interface ServiceProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  readonly exited: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /**
   * Pauses the process with its connections open, like a long garbage collection. Resolves when it is paused. POSIX
   * only.
   */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the process at once, even while it is paused, and waits for its end. */
  kill(): Promise<void>;
  /** Returns the last lines that the process printed. */
  lastWords(): Promise<string>;
}

const WATCHDOG = join(ROOT, 'scripts', 'services-watchdog.mjs');
const LAST_LINES = 20;

/**
 * Starts the process of a test service, such as Kafka.
 * @param logFile file to which its output is appended
 * @param env variables in addition to those of this process
 */
export function startProcess(
  command: string,
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv = {},
): ServiceProcess {
  const log = openSync(logFile, 'a');
  const options = { env: { ...process.env, ...env }, windowsHide: true };
  const child = spawn(command, args, { ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const pid = child.pid ?? 0;
  if (pid > 0) watch(pid, exited);
  return {
    pid,
    exited,
    get isRunning() {
      return pid > 0 && child.exitCode === null && child.signalCode === null;
    },
    signal: (name) => child.kill(name),
    pause: async () => {
      child.kill('SIGSTOP');
      await until(`process ${pid} stopped`, () => isStopped(pid));
    },
    resume: () => child.kill('SIGCONT'),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    lastWords: async () => {
      const text = await readFile(logFile, 'utf8');
      return text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    },
  };
}

/**
 * A process stops only when one of its threads handles the signal; until then, its other threads keep running. Linux
 * reports the state of each thread (proc(5)). Other systems do not.
 */
async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => statOf(pid, thread)));
  return stats.every((stat) => stat === null || /^\d+ \(.*\) [tT] /s.test(stat));
}

/** Returns the state of a thread. Null if the thread has ended. */
function statOf(pid: number, thread: string): Promise<string | null> {
  return readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => null);
}

let watchdog: ChildProcess | null = null;

/** Makes sure that a process ends at the latest when this process ends, even if this process is killed. */
export function watch(pid: number, exited: Promise<unknown>): void {
  watchdog ??= startWatchdog();
  const { stdin } = watchdog;
  stdin?.write(`+${pid}\n`);
  exited.then(() => stdin?.write(`-${pid}\n`));
}

/** One watchdog for all services, in its own process group, so that it survives whatever ends this process. */
function startWatchdog(): ChildProcess {
  const child = spawn(process.execPath, [WATCHDOG], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  child.stdin?.on('error', () => {});
  child.unref();
  // Like the child, the pipe to the child would keep this process alive. So call the pipe's `unref`, which its type
  // omits.
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') {
    child.stdin.unref();
  }
  return child;
}
