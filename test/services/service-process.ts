import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A process of a service. It ends with this process at the latest, however this one ends. */
export interface ServiceProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  readonly exited: Promise<void>;
  signal(name: NodeJS.Signals): void;
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
