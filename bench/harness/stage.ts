import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type MeasuredProcess, type ProcessOptions, QBL, startNode } from './process.ts';

/** How much is measured. */
export interface Settings {
  /** How often each side is measured. */
  readonly rounds: number;
  /** How long a side works where a time bounds it. */
  readonly seconds: number;
  /** How many messages or requests a side works off where a number bounds it. */
  readonly messages: number;
}

/** On the project's disk: the system's temporary folder may be memory, where fsync costs nothing. */
const FOLDER = resolve('.qbl/stage-');

/** What one comparison runs on: a folder, and processes that end with it. */
export class Stage {
  readonly settings: Settings;
  readonly directory: string;
  readonly #processes: MeasuredProcess[] = [];

  private constructor(settings: Settings, directory: string) {
    this.settings = settings;
    this.directory = directory;
  }

  static async open(settings: Settings): Promise<Stage> {
    return new Stage(settings, await mkdtemp(FOLDER));
  }

  /** Starts a process that is ended with the stage at the latest. */
  start(args: readonly string[], env: ProcessOptions['env'] = {}): MeasuredProcess {
    const started = startNode(args, { directory: this.directory, env });
    this.#processes.push(started);
    return started;
  }

  /** Starts `qbl broker` on a free port; resolves with `host:port`. */
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
