import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type PeerProcess, startPeer } from './peers.ts';
import { type MeasuredProcess, type ProcessOptions, QBL, startNode } from './process.ts';

export interface Settings {
  /** Number of measurements of each side. */
  readonly rounds: number;
  /** Duration of a measurement that is limited by time. */
  readonly seconds: number;
  /** Number of messages or requests of a measurement that is limited by number. */
  readonly messages: number;
}

/**
 * Start of the name of the stage's folder, which is on the project's disk. The system's temporary folder may be in
 * memory, where fsync costs nothing.
 */
const FOLDER = resolve('.qbl/stage-');

/** The folder and the processes of one comparison. The processes end with the comparison. */
export class Stage {
  readonly settings: Settings;
  readonly directory: string;
  readonly #processes: Pick<MeasuredProcess, 'stop'>[] = [];

  private constructor(settings: Settings, directory: string) {
    this.settings = settings;
    this.directory = directory;
  }

  static async open(settings: Settings): Promise<Stage> {
    return new Stage(settings, await mkdtemp(FOLDER));
  }

  /** Starts a process. `close` ends the process if it still runs. */
  start(args: readonly string[], env: ProcessOptions['env'] = {}): MeasuredProcess {
    const started = startNode(args, { directory: this.directory, env });
    this.#processes.push(started);
    return started;
  }

  /** Starts a program of another tool. `close` ends the program if it still runs. */
  startPeer(program: string, env: NodeJS.ProcessEnv): PeerProcess {
    const started = startPeer(program, env);
    this.#processes.push(started);
    return started;
  }

  /** Starts `qbl broker` on a free port. Resolves with `host:port`. */
  startBroker(fsync: 'always' | 'never', partitions: number): Promise<string> {
    const data = join(this.directory, `broker-${fsync}`);
    const options = ['--port', '0', '--data', data, '--fsync', fsync, '--partitions', String(partitions)];
    return this.start([QBL, 'broker', ...options]).printed(/kafka:\/\/([^\s,/]+)/);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.stop()));
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
