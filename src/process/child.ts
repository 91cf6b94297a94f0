import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { QblError } from '../error.ts';
import type { ChildMessage, ParentMessage, Progress } from './messages.ts';
import { CHILD_MARK } from './parent.ts';

/** A subcommand of qbl running in a process of its own. */
export interface Child {
  readonly name: string;
  /** The URL it serves under; rejects when it ends before it is ready. */
  readonly ready: Promise<string | null>;
  /** Its exit code; null when a signal ended it. Never rejects. */
  readonly exited: Promise<number | null>;
  stop(): void;
  kill(): void;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Gets what the process prints. */
  readonly logFile: string;
  readonly onProgress?: (progress: Progress) => void;
}

const BIN = fileURLToPath(new URL('../../bin/qbl.js', import.meta.url));
/** How much of what a process printed last is kept to explain its end. */
const MAX_LAST_WORDS_BYTES = 4096;

/** Starts `qbl <command> <args>` beside this process. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, [BIN, options.command, ...options.args], {
    cwd: options.directory,
    env: { ...options.env, [CHILD_MARK]: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const lastWords = keepLog(child, options.logFile);
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const ready = readiness(child, options, exited, lastWords);
  ready.catch(() => {});
  return {
    name: options.command,
    ready,
    exited,
    stop: () => child.connected && child.send({ type: 'stop' } satisfies ParentMessage, () => {}),
    kill: () => child.kill('SIGKILL'),
  };
}

function readiness(
  child: ChildProcess,
  { command, onProgress }: ChildOptions,
  exited: Promise<number | null>,
  lastWords: () => string,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') resolve(message.url);
      else onProgress?.(message.progress);
    });
    child.on('error', (cause) =>
      reject(new QblError('environment', `qbl ${command} did not start: ${cause.message}`)),
    );
    exited.then((code) =>
      reject(new QblError('environment', `qbl ${command} ended (${code}): ${lastWords()}`)),
    );
  });
}

function keepLog(child: ChildProcess, file: string): () => string {
  const log = createWriteStream(file, { flags: 'a' });
  let lastWords = '';
  // A full disk must not stop the run: the log is lost, the files that count report it themselves.
  log.on('error', () => {});
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      lastWords = (lastWords + text).slice(-MAX_LAST_WORDS_BYTES);
    });
  }
  child.once('close', () => {
    log.end();
    finished(log).catch(() => {});
  });
  return () => lastWords.trim().split('\n').slice(-3).join(' ');
}
