import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES, QblError } from '../error.ts';
import { exitText } from '../exit-text.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { appendPrivateSync } from '../private-file.ts';
import type { ChildMessage, ParentMessage, Progress, ServiceProgress, VerifyProgress } from './messages.ts';
import { CHILD_MARK } from './parent.ts';
import { privateEnvironment } from './private-arguments.ts';

/** How a process ended: with an exit code or by a signal. Both are null if the process could not start. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  /** Process id. Null if the process could not start. */
  readonly pid: number | null;
  /** Resolves with the URL that the process serves. Rejects if the process ends before it is ready. */
  readonly ready: Promise<string | null>;
  /** Resolves when the process has ended. Never rejects. */
  readonly exited: Promise<ChildExit>;
  stop(): void;
  kill(): void;
  /** Lets the child continue to run after this process ends. */
  letGo(): void;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Arguments that can contain secrets, such as a token. They do not appear in the list of processes. */
  readonly privateArgs?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** File for everything that the process prints. */
  readonly logFile: string;
  /** True if the child may continue to run after this process ends. */
  readonly outlives?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly onServiceProgress?: (progress: ServiceProgress) => void;
  readonly onVerifyProgress?: (progress: VerifyProgress) => void;
}

const BIN = fileURLToPath(new URL('bin/qbl.js', PACKAGE_FOLDER));
export function startChild(options: ChildOptions): Child {
  const log = appendPrivateSync(options.logFile);
  const child = spawn(process.execPath, [BIN, options.command, ...options.args], {
    cwd: options.directory,
    env: {
      ...options.env,
      ...privateEnvironment(options.privateArgs ?? []),
      ...{ [CHILD_MARK]: '1', NO_COLOR: '1', FORCE_COLOR: '0' },
    },
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
    // A detached child does not get the signals of the terminal. So Ctrl-C does not end a child that runs
    // longer than its parent.
    detached: options.outlives === true,
  });
  closeSync(log);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const ready = readiness(child, options);
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
  { command, logFile, onProgress, onServiceProgress, onVerifyProgress }: ChildOptions,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') resolve(message.url);
      else if (message.type === 'failed') reject(failure(message));
      else if (message.type === 'progress') onProgress?.(message.progress);
      else if (message.type === 'service-progress') onServiceProgress?.(message.progress);
      else onVerifyProgress?.(message.progress);
    });
    child.on('error', (cause) =>
      reject(new QblError('environment', `qbl ${command} did not start: ${cause.message}`)),
    );
    child.once('exit', (code, signal) => reject(endedEarly(command, code, signal, logFile)));
  });
}

/** Signals that terminals and service managers send to a command and to its children. */
const STOP_SIGNALS: readonly (NodeJS.Signals | null)[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Creates the error for a child that ended before it was ready. On Ctrl-C, a terminal sends the signal to the
 * child too, perhaps before the child can handle the signal.
 */
function endedEarly(
  command: string,
  code: number | null,
  signal: NodeJS.Signals | null,
  logFile: string,
): QblError {
  return STOP_SIGNALS.includes(signal)
    ? new QblError('interrupted', `qbl ${command} was interrupted before it was ready`)
    : new QblError('environment', `qbl ${command} ${exitText(code, signal)}`, {
        hint: `See ${logFile} for the reason.`,
      });
}

function failure({ exitCode, message, details, hint }: ChildMessage & { type: 'failed' }): QblError {
  const kinds = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
  const kind = kinds.find((known) => EXIT_CODES[known] === exitCode) ?? 'environment';
  return new QblError(kind, message, hint === null ? { details } : { details, hint });
}
