import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import { execute } from '../tools.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Folder in which fetched packages are kept, because fetching them takes a minute. */
const CACHE = fileURLToPath(new URL('../../../.qbl/python', import.meta.url));
export const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

export type Command = readonly [program: string, ...args: string[]];

export interface Destination {
  /** Host and port of the Kafka broker. */
  readonly broker: string;
  readonly topic: string;
  readonly codec: string;
}

/** Compiles the proxy into the folder, and resolves with the command that starts it. */
export async function buildGoProxy(folder: string): Promise<Command> {
  const program = join(folder, process.platform === 'win32' ? 'proxy.exe' : 'proxy');
  await execute('go', ['build', '-o', program, '.'], join(FOLDER, 'go'));
  return [program];
}

/**
 * Creates a Python environment with the proxy's Kafka client, if the environment does not exist yet. Resolves with the
 * command that starts the proxy.
 */
export async function installPythonProxy(): Promise<Command> {
  const python =
    process.platform === 'win32' ? join(CACHE, 'Scripts', 'python.exe') : join(CACHE, 'bin', 'python');
  const requirements = join(FOLDER, 'python', 'requirements.txt');
  const isThere = await execute(python, ['-c', 'import confluent_kafka'], FOLDER).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await execute(PYTHON, ['-m', 'venv', '--clear', CACHE], FOLDER);
    await execute(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], FOLDER);
  }
  return [python, join(FOLDER, 'python', 'proxy.py')];
}

/** Starts a proxy, and resolves when it listens. */
export async function startProxy([program, ...args]: Command, { broker, topic, codec }: Destination) {
  const child = spawn(program, args, {
    env: { ...process.env, BROKER: broker, TOPIC: topic, CODEC: codec },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
  const url = await until('a proxy that listens', () => /listening on (\S+)/.exec(printed)?.[1] ?? null);
  return { url, stop: () => stopped(child) };
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
}
