import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { QblError } from '../../error.ts';
import type { JMeter } from './find.ts';
import { guard } from './guard.ts';

/** Number of last lines of JMeter's output that are kept to explain its end. */
const MAX_LAST_LINES = 5;
const MAX_LINE_LENGTH = 500;

/** Source: JMeter.java. */
const END_OF_RUN = '... end of run';
/** The line before the line that says why JMeter could not load the test plan. Source: SaveService.java. */
const CAUSE = 'Cause:';

export interface JMeterExit {
  /** Exit code. Null if a signal ended the process. */
  readonly code: number | null;
  readonly lastLines: string;
  /** Why JMeter could not load the test plan, such as a class of a plug-in that is missing. Null if JMeter does not say. */
  readonly cause: string | null;
  /** Whether JMeter said that the test ended. */
  readonly saidEnd: boolean;
}

/** Says how JMeter ended. `code` is null if a signal ended it. */
export function endText(code: number | null): string {
  return code === null ? 'JMeter ended with a signal' : `JMeter ended with exit code ${code}`;
}

export interface ProcessOptions {
  readonly jmeter: JMeter;
  readonly heap: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
}

/** Runs JMeter without its window in a child process. The child never outlives this process. */
export class JMeterProcess {
  readonly #child: ChildProcess;
  readonly #callGuardOff: () => void;
  readonly #lastLines: string[] = [];
  #cause: string | null = null;
  #saidEnd = false;
  /** Resolves when JMeter ends. Rejects with QblError 'environment' if JMeter cannot start. */
  readonly exited: Promise<JMeterExit>;

  constructor(options: ProcessOptions) {
    const { jmeter, heap, args, directory, env } = options;
    const jvm = [`-Xmx${heap}`, '-Djava.awt.headless=true', '-Dfile.encoding=UTF-8'];
    // JMeter's files must be private to the user, like all files of a run.
    const umask = process.umask(0o077);
    this.#child = spawn(jmeter.file, [...jmeter.arguments(jvm), ...args], {
      cwd: directory,
      env: { ...env, ...jmeter.environment(jvm) },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // On Ctrl-C, a terminal sends a signal to its whole foreground group, and Java would end at once. A
      // detached process is not in this group.
      detached: true,
    });
    process.umask(umask);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) this.#read(stream, options.onLine);
    }
    process.once('exit', this.kill);
    this.#callGuardOff = this.#child.pid === undefined ? () => {} : guard(this.#child.pid);
    this.exited = this.#exit(jmeter).finally(() => {
      process.off('exit', this.kill);
      this.#callGuardOff();
    });
  }

  readonly kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  #exit(jmeter: JMeter): Promise<JMeterExit> {
    return new Promise<JMeterExit>((resolve, reject) => {
      this.#child.once('close', (code) =>
        resolve({ code, lastLines: this.#lastLines.join(' '), cause: this.#cause, saidEnd: this.#saidEnd }),
      );
      this.#child.once('error', (cause) => reject(cannotStart(jmeter, cause)));
    });
  }

  #read(stream: Readable, onLine: ProcessOptions['onLine']): void {
    let before = '';
    createInterface({ input: stream }).on('line', (line) => {
      const cut = line.slice(0, MAX_LINE_LENGTH);
      this.#lastLines.push(cut);
      if (this.#lastLines.length > MAX_LAST_LINES) this.#lastLines.shift();
      if (before === CAUSE) this.#cause ??= cut;
      before = cut;
      this.#saidEnd ||= cut === END_OF_RUN;
      onLine?.(cut);
    });
  }
}

function cannotStart({ file }: JMeter, cause: Error): QblError {
  return new QblError('environment', `cannot start ${file}: ${cause.message}`, {
    hint: 'JMeter needs Java 8 or newer, on the PATH or in JAVA_HOME.',
    cause,
  });
}

/** Finds a free UDP port on loopback, on which JMeter can listen for messages. */
export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/**
 * Asks JMeter to stop. `Shutdown` lets running samples finish. `StopTestNow` aborts them.
 * Source: JMeter.java, startUdpDdaemon.
 */
export function sendMessage(port: number, message: 'Shutdown' | 'StopTestNow'): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').once('error', () => resolve());
    socket.send(message, port, '127.0.0.1', () => socket.close(() => resolve()));
  });
}
