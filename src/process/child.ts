import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES, QblError } from '../error.ts';
import type { ChildMessage, ParentMessage, Progress } from './messages.ts';
import { CHILD_MARK } from './parent.ts';

/** A subcommand of qbl running in a process of its own. */
export interface Child {
  readonly name: string;
  /** Null when it could not be started. */
  readonly pid: number | null;
  /** The URL it serves under; rejects when it ends before it is ready. */
  readonly ready: Promise<string | null>;
  /** Its exit code; null when a signal ended it. Never rejects. */
  readonly exited: Promise<number | null>;
  stop(): void;
  kill(): void;
  /** Lets it go on after this process has ended. */
  letGo(): void;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Gets what the process prints. */
  readonly logFile: string;
  /** Whether it may be let go. */
  readonly outlives?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

const BIN = fileURLToPath(new URL('../../bin/qbl.js', import.meta.url));
/** How much of what a process printed last is read to explain its end. */
const MAX_LAST_WORDS_BYTES = 4096;

/** Starts `qbl <command> <args>` beside this process. */
export function startChild(options: ChildOptions): Child {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [BIN, options.command, ...options.args], {
    cwd: options.directory,
    env: { ...options.env, [CHILD_MARK]: '1', NO_COLOR: '1' },
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
    // A child that is to stay must not get the terminal's signals after its parent has gone.
    detached: options.outlives === true,
  });
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  const ready = readiness(child, options, exited);
  ready.catch(() => {});
  return {
    name: options.command,
    pid: child.pid ?? null,
    ready,
    exited,
    stop: () => tell(child, { type: 'stop' }),
    kill: () => child.kill('SIGKILL'),
    letGo: () => {
      tell(child, { type: 'stay' });
      child.unref();
      child.disconnect();
    },
  };
}

function tell(child: ChildProcess, message: ParentMessage): void {
  if (child.connected) child.send(message, () => {});
}

function readiness(
  child: ChildProcess,
  { command, logFile, onProgress }: ChildOptions,
  exited: Promise<number | null>,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') resolve(message.url);
      else onProgress?.(message.progress);
    });
    child.on('error', (cause) =>
      reject(new QblError('environment', `qbl ${command} did not start: ${cause.message}`)),
    );
    exited.then((code) => reject(earlyEnd(command, code, logFile)));
  });
}

/** Why a process ended before it was ready, in its own words: the error and the hint it printed last. */
function earlyEnd(command: string, code: number | null, logFile: string): QblError {
  const lines = readFileSync(logFile).subarray(-MAX_LAST_WORDS_BYTES).toString('utf8').trim().split('\n');
  const last = (mark: string) => lines.findLast((line) => line.startsWith(mark))?.slice(mark.length);
  const message = last('error: ');
  const hint = last('hint: ');
  const kind = Object.entries(EXIT_CODES).find(([, known]) => known === code)?.[0] as keyof typeof EXIT_CODES;
  if (message !== undefined)
    return new QblError(kind ?? 'environment', message, hint === undefined ? {} : { hint });
  return new QblError(
    'environment',
    `qbl ${command} ended with ${code ?? 'a signal'}: ${lines.slice(-3).join(' ')}`,
  );
}
