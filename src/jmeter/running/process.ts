import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { QblError } from '../../error.ts';
import type { JMeter } from './find.ts';
import { guard } from './guard.ts';

/** Lines of JMeter's output that are kept to explain its end. */
const MAX_LAST_LINES = 5;
const MAX_LINE_LENGTH = 500;

export interface JMeterExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** What it printed last. */
  readonly lastLines: string;
}

export interface ProcessOptions {
  readonly jmeter: JMeter;
  readonly heap: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
}

/** A JMeter without GUI in a process of its own, which ends with this one at the latest. */
export class JMeterProcess {
  readonly #child: ChildProcess;
  readonly #callGuardOff: () => void;
  readonly #lastLines: string[] = [];
  /** Resolves with its end; rejects with QblError 'environment' when it could not be started. */
  readonly exited: Promise<JMeterExit>;

  constructor(options: ProcessOptions) {
    const { jmeter, heap, args, directory, env } = options;
    const jvm = [`-Xmx${heap}`, '-Djava.awt.headless=true', '-Dfile.encoding=UTF-8'];
    // What JMeter writes is its user's alone, as everything else of a run is.
    const umask = process.umask(0o077);
    this.#child = spawn(jmeter.file, [...jmeter.arguments(jvm), ...args], {
      cwd: directory,
      env: { ...env, ...jmeter.environment(jvm) },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A terminal sends Ctrl-C to all in front of it, and Java would end at once.
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
      this.#child.once('close', (code) => resolve({ code, lastLines: this.#lastLines.join(' ') }));
      this.#child.once('error', (cause) => reject(cannotStart(jmeter, cause)));
    });
  }

  #read(stream: Readable, onLine: ProcessOptions['onLine']): void {
    createInterface({ input: stream }).on('line', (line) => {
      const cut = line.slice(0, MAX_LINE_LENGTH);
      this.#lastLines.push(cut);
      if (this.#lastLines.length > MAX_LAST_LINES) this.#lastLines.shift();
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

/** A free UDP port of the loopback, where JMeter shall wait for messages. */
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
 * Tells a JMeter to stop: `Shutdown` lets running samples finish, `StopTestNow` breaks them off.
 * Source: JMeter.java, startUdpDdaemon.
 */
export function sendMessage(port: number, message: 'Shutdown' | 'StopTestNow'): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').once('error', () => resolve());
    socket.send(message, port, '127.0.0.1', () => socket.close(() => resolve()));
  });
}
