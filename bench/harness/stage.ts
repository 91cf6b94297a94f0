import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isCached } from '../../test/services/cache.ts';
import { startKafka } from '../../test/services/kafka.ts';
import { KAFKA_FOLDER, kafkaLibraries } from '../../test/services/kafka-libraries.ts';
import { requireTools } from '../../test/services/tools.ts';
import { type Missing, orMissing } from './missing.ts';
import { type Command, type Ended, qbl, run, type Server, startServer } from './process.ts';
import type { Settings } from './settings.ts';

/** A process with a Kafka port. */
export interface RunningBroker {
  /** Host and port. */
  readonly address: string;
  readonly pid: number;
}

/** When a broker forces messages to the disk. */
export type Fsync = 'always' | 'never';

/**
 * Start of the name of the stage's folder, which is on the project's disk. The system's temporary folder may be in
 * memory, where fsync costs nothing.
 */
const FOLDER = resolve('.qbl/stage-');
const KAFKA_HEAP_MB = 1_024;

/** The folder and the processes of one comparison. The processes end with the comparison. */
export class Stage {
  readonly settings: Settings;
  readonly directory: string;
  readonly #running: { stop(): Promise<void> }[] = [];

  private constructor(settings: Settings, directory: string) {
    this.settings = settings;
    this.directory = directory;
  }

  static async open(settings: Settings): Promise<Stage> {
    return new Stage(settings, await mkdtemp(FOLDER));
  }

  /** Runs a program to its end. Rejects if its exit code is not 0. */
  run(command: Command, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return run(command, { directory: this.directory, env });
  }

  /** Starts a process. `close` ends the process if it still runs. */
  start(command: Command, env: NodeJS.ProcessEnv = {}): Server {
    const started = startServer(command, { directory: this.directory, env });
    this.#running.push(started);
    return started;
  }

  /** Starts `qbl broker` on a free port. */
  async startBroker(fsync: Fsync, partitions: number): Promise<RunningBroker> {
    const data = join(this.directory, `broker-${fsync}`);
    const options = ['--port', '0', '--data', data, '--fsync', fsync, '--partitions', String(partitions)];
    const broker = this.start(qbl('broker', ...options));
    return { address: await broker.printed(/kafka:\/\/([^\s,/]+)/), pid: broker.pid };
  }

  /**
   * Starts a real Kafka. Resolves with what is missing if there is no Java, or if there is no Kafka and the settings
   * forbid its download.
   */
  async startKafka(fsync: Fsync, partitions: number): Promise<RunningBroker | Missing> {
    const libraries = await orMissing('Kafka', () => this.#kafkaLibraries());
    if (typeof libraries !== 'string') return libraries;
    const flush = fsync === 'always' ? { 'log.flush.interval.messages': '1' } : {};
    const kafka = await startKafka({
      heapMb: KAFKA_HEAP_MB,
      parent: this.directory,
      properties: { 'num.partitions': String(partitions), ...flush },
    });
    this.#running.push(kafka);
    return { address: kafka.bootstrap, pid: kafka.pid ?? 0 };
  }

  async #kafkaLibraries(): Promise<string> {
    if (!this.settings.buildsPeers && !isCached(KAFKA_FOLDER)) throw new Error('Kafka is not downloaded yet');
    requireTools('java');
    return kafkaLibraries();
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((each) => each.stop()));
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
