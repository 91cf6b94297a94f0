import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface MeasuredProcess {
  /**
   * Waits until standard output matches the pattern, and resolves with the pattern's first capture group. Rejects if
   * the process ends.
   */
  printed(pattern: RegExp): Promise<string>;
  /** User time plus system time up to now. */
  cpuMicros(): Promise<number>;
  /** Resolves when the process has ended. Rejects if the exit code is not 0. */
  readonly ended: Promise<Ended>;
  /** Kills the process. */
  stop(): Promise<void>;
}

export interface Ended {
  readonly stdout: string;
  readonly wallMs: number;
  /** User time plus system time from start to end. */
  readonly cpuMicros: number;
}

export interface ProcessOptions {
  /** The working directory, which also receives the file with the CPU time. */
  readonly directory: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The compiled programs are in the parent of this module's folder. */
const PROGRAMS = fileURLToPath(new URL('..', import.meta.url));
const PRELOAD = new URL('../resource-usage.js', import.meta.url).href;
const MAX_OUTPUT_CHARACTERS = 1_000_000;

export const QBL = resolve('bin/qbl.js');
export const NAIVE_PROXY = resolve('examples/exercise/naive-proxy.js');
export const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));

export function program(name: 'http-server' | 'kafka-producer' | 'kafka-consumer'): string {
  return join(PROGRAMS, `${name}.js`);
}

let started = 0;

/** Starts `node <args>` with the preload that reports its CPU time. */
export function startNode(args: readonly string[], { directory, env }: ProcessOptions): MeasuredProcess {
  const cpuFile = join(directory, `cpu-${++started}`);
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', PRELOAD, ...args], {
    cwd: directory,
    env: { ...process.env, ...env, BENCH_CPU_FILE: cpuFile, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const closed = new Promise<number | null>((done) => child.once('close', done));
  const ended = closed.then((code) => {
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stdout()}${stderr()}`);
    const wallMs = performance.now() - startedMs;
    return { stdout: stdout(), wallMs, cpuMicros: Number(readFileSync(cpuFile, 'utf8')) };
  });
  ended.catch(() => {});
  return {
    ended,
    printed: (pattern) => Promise.race([match(child, stdout, pattern), ended.then(() => tooEarly(args))]),
    cpuMicros: () => askCpuMicros(child),
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

export function collect(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_OUTPUT_CHARACTERS);
  });
  return () => text;
}

export function match(child: ChildProcess, stdout: () => string, pattern: RegExp): Promise<string> {
  return new Promise((found) => {
    const look = () => {
      const group = pattern.exec(stdout())?.[1];
      if (group !== undefined) found(group);
    };
    child.stdout?.on('data', look);
    look();
  });
}

function tooEarly(args: readonly string[]): never {
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

function askCpuMicros(child: ChildProcess): Promise<number> {
  return new Promise((answered) => {
    child.once('message', (micros) => answered(Number(micros)));
    child.send('cpu');
  });
}
