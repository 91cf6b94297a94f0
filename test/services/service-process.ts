import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';

/** A process of a service. It ends with this process at the latest, however this one ends. */
export interface ServiceProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  readonly exited: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it stands still with its connections open, as under a long garbage collection. POSIX only. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it at once, also while it is paused, and waits for its end. */
  kill(): Promise<void>;
  /** The last lines that it printed. */
  lastWords(): Promise<string>;
}

const WATCHDOG = fileURLToPath(new URL('../../scripts/services-watchdog.mjs', import.meta.url));
const LAST_LINES = 20;

/** @param logFile gets what it prints, after what is in it already */
export function startProcess(command: string, args: readonly string[], logFile: string): ServiceProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log], windowsHide: true });
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
 * Stopping begins when one of its threads has had its turn to take the signal: until then the others go on. Linux tells
 * the state of each (proc(5)); elsewhere nobody does.
 */
async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => statOf(pid, thread)));
  return stats.every((stat) => stat === null || /^\d+ \(.*\) [tT] /s.test(stat));
}

/** Null: the thread has ended. */
function statOf(pid: number, thread: string): Promise<string | null> {
  return readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => null);
}

let watchdog: ChildProcess | null = null;

function watch(pid: number, exited: Promise<void>): void {
  watchdog ??= startWatchdog();
  const { stdin } = watchdog;
  stdin?.write(`+${pid}\n`);
  exited.then(() => stdin?.write(`-${pid}\n`));
}

/** One for all, in a process group of its own, so that what ends this process does not end it too. */
function startWatchdog(): ChildProcess {
  const child = spawn(process.execPath, [WATCHDOG], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  child.stdin?.on('error', () => {});
  child.unref();
  // A pipe keeps the process alive as a child does; kept as a stream it has `unref`, which its type leaves out.
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') {
    child.stdin.unref();
  }
  return child;
}
