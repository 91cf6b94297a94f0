import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onCleanUp } from './test-broker.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The program of the child process. It starts a broker in the given folder. It prints the broker's port, or the error
 * code.
 */
const MAIN = `
import { startBroker } from './dist/broker/broker.js';
const [dataDirectory] = process.argv.slice(2);
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
try {
  const { port } = await startBroker({ dataDirectory, port: 0, partitions: 2, log: (line) => say({ line }) });
  say({ port });
} catch (error) {
  say({ code: error.code });
}
`;

export interface BrokerMessage {
  readonly port?: number;
  readonly code?: string;
  readonly line?: string;
}

/** Compiles src/broker into the folder, because Node 20 cannot run TypeScript files. */
export async function compileBroker(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tsconfig = {
    extends: join(PROJECT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(PROJECT, 'src'),
      outDir: join(folder, 'dist'),
      typeRoots: [join(PROJECT, 'node_modules', '@types')],
    },
    include: [join(PROJECT, 'src', 'broker', 'broker.ts')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'main.js'), MAIN);
  const compiler = spawn(process.execPath, [
    join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    folder,
  ]);
  const [exitCode] = (await once(compiler, 'exit')) as [number];
  if (exitCode !== 0) throw new Error(`tsc ended with ${exitCode}`);
}

/** A broker in its own process, which a test can kill. */
export class BrokerProcess {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];

  constructor(folder: string, dataDirectory: string, nodeOptions: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeOptions, join(folder, 'main.js'), dataDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onCleanUp(() => this.kill());
  }

  /** Resolves with the port, or with the error code if the broker could not start. */
  async started(): Promise<BrokerMessage> {
    const output = this.#child.stdout;
    if (!output) throw new Error('the child has no standard output');
    for await (const line of createInterface(output)) {
      const message = JSON.parse(line) as BrokerMessage;
      if (message.line === undefined) return message;
      this.lines.push(message.line);
    }
    throw new Error('the child ended without output');
  }

  /** Largest memory of the process so far, in MiB. Undefined if the system does not report it. */
  async maxResidentMib(): Promise<number | undefined> {
    if (process.platform !== 'linux') return undefined;
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  /** Sends kill −9 and waits for the process to end. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
