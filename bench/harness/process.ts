import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { watch } from '../../test/services/service-process.ts';
import { childrenOf, cpuMicrosOf, peakMbOf } from './meter.ts';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A process that runs until the bench ends it. */
export interface Server {
  readonly pid: number;
  /**
   * Waits until standard output matches the pattern, and resolves with the pattern's first capture group. Rejects if
   * the process ends.
   */
  printed(pattern: RegExp): Promise<string>;
  /** Like printed, for standard error. */
  logged(pattern: RegExp): Promise<string>;
  /** Kills the process. */
  stop(): Promise<void>;
}

/** What a program printed and used from its start to its end. The operating system measured the times. */
export interface Ended {
  readonly stdout: string;
  readonly wallMs: number;
  /** User time plus system time of the program and of the processes that it started. */
  readonly cpuMicros: number;
  readonly peakMb: number;
}

export interface ProcessOptions {
  /** The working directory, which also receives the file with the times. */
  readonly directory: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The folder of the bench's own compiled programs, such as http-server.js. */
const PROGRAMS = fileURLToPath(new URL('../programs/', import.meta.url));
const MAX_OUTPUT_CHARACTERS = 1_000_000;
const LOOK_AT_MEMORY_EVERY_MS = 20;
/** Node cannot measure the CPU time of a process that has ended. bash can. */
const TIMED = `file=$1; shift; TIMEFORMAT='%3R %3U %3S'; { time "$@" 2>&4; } 4>&2 2>"$file"`;

export function node(file: string, ...args: string[]): Command {
  return [process.execPath, file, ...args];
}

export function qbl(...args: string[]): Command {
  return node(resolve('bin/qbl.js'), ...args);
}

export function program(
  name: 'http-server' | 'kafka-producer' | 'kafka-consumer',
  ...args: string[]
): Command {
  return node(join(PROGRAMS, `${name}.js`), ...args);
}

export function startServer([file, ...args]: Command, { directory, env }: ProcessOptions): Server {
  const child = spawn(file, args, {
    cwd: directory,
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const tooEarly = closed.then(() => {
    throw new Error(`${file} ${args.join(' ')} ended before it was ready:\n${stdout()}${stderr()}`);
  });
  tooEarly.catch(() => {});
  const pid = child.pid ?? 0;
  if (pid > 0) watch(pid, closed);
  return {
    pid,
    printed: (pattern) => Promise.race([match(child.stdout, stdout, pattern), tooEarly]),
    logged: (pattern) => Promise.race([match(child.stderr, stderr, pattern), tooEarly]),
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

let started = 0;

/** Runs a program to its end. Rejects if its exit code is not 0. */
export async function run(command: Command, { directory, env }: ProcessOptions): Promise<Ended> {
  const file = join(directory, `times-${++started}`);
  const child = spawn('bash', ['-c', TIMED, 'bash', file, ...command], {
    cwd: directory,
    env: { ...process.env, ...env, LC_ALL: 'C', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  let peakMb = 0;
  const timer = setInterval(() => {
    for (const pid of childrenOf(child.pid ?? 0)) peakMb = Math.max(peakMb, peakMbOf(pid));
  }, LOOK_AT_MEMORY_EVERY_MS);
  const code = await new Promise((done, failed) => child.once('close', done).once('error', failed));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${stdout()}${stderr()}`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (await readFile(file, 'utf8'))
    .split(' ')
    .map(Number);
  return { stdout: stdout(), wallMs: wall * 1e3, cpuMicros: (user + system) * 1e6, peakMb };
}

/** Measures a server from now on. The result has its CPU time since now, and its largest memory since its start. */
export function meter(pid: number): () => { readonly cpuMicros: number; readonly peakMb: number } {
  const before = cpuMicrosOf(pid);
  return () => ({ cpuMicros: cpuMicrosOf(pid) - before, peakMb: peakMbOf(pid) });
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_OUTPUT_CHARACTERS);
  });
  return () => text;
}

function match(stream: Readable, text: () => string, pattern: RegExp): Promise<string> {
  return new Promise((found) => {
    const look = () => {
      const group = pattern.exec(text())?.[1];
      if (group !== undefined) found(group);
    };
    stream.on('data', look);
    look();
  });
}
