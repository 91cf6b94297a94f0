import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

export const BIN = fileURLToPath(new URL('../../bin/qbl.js', import.meta.url));
const DEADLINE_MS = 100_000;
/** These commands run until the test stops them, so no deadline ends them on a busy machine. */
const SERVERS: readonly string[] = ['broker', 'consume', 'direct', 'serve'];

export interface QblOptions {
  /** The working folder, also used for temporary files. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Text for standard input. */
  readonly input?: string;
  /** Time after which the process is killed. A server has no such limit. */
  readonly deadlineMs?: number;
  /** The user that runs the program. Only root can choose another one. */
  readonly uid?: number;
}

export interface Ended {
  /** Exit code. Null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Waits for a line of the output, and resolves with the pattern's first group. */
  line(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
}

/** Runs the built program to its end. */
export function qbl(args: readonly string[], options: QblOptions): Promise<Ended> {
  return spawnQbl(args, options).ended;
}

/** Starts the built program. It is killed when the test ends. */
export function startQbl(args: readonly string[], options: QblOptions): Running {
  const running = spawnQbl(args, options);
  onTestFinished(() => kill(running));
  return running;
}

/** Starts the built program, which the caller must stop. */
export function spawnQbl(
  args: readonly string[],
  { folder, env, input = '', deadlineMs = DEADLINE_MS, uid }: QblOptions,
): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), TMPDIR: folder, TEMP: folder, TMP: folder, ...env },
    stdio: 'pipe',
    ...(uid === undefined ? {} : { uid }),
  });
  // If the process ends before it has read all input, writing the rest fails. Ignore this error.
  child.stdin.on('error', () => {}).end(input);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text));
  const ended = endOf(child, output, SERVERS.includes(args[0] ?? '') ? null : deadlineMs);
  return {
    pid: child.pid ?? 0,
    ended,
    line: (pattern) => until(`${pattern} in the output of qbl ${args[0]}`, () => find(pattern, output)),
    signal: (name) => child.kill(name),
  };
}

/** Kills the process and waits until it has ended. */
export async function kill({ signal, ended }: Running): Promise<void> {
  signal('SIGKILL');
  await ended;
}

function find(pattern: RegExp, { stdout, stderr }: Omit<Ended, 'code'>): string | null {
  const found = pattern.exec(`${stdout}\n${stderr}`);
  return found === null ? null : (found[1] ?? found[0]);
}

function endOf(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  deadlineMs: number | null,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const killLate = () => {
      output.stderr += `\n[killed: it had not ended within ${deadlineMs} ms]`;
      child.kill('SIGKILL');
    };
    const timer = deadlineMs === null ? undefined : setTimeout(killLate, deadlineMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
}

/** The environment without variables that change qbl's defaults or its output. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(QBL_.*|NO_COLOR|FORCE_COLOR|COLUMNS|NODE_OPTIONS|VITEST.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
