import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaLibraries } from './kafka-libraries.ts';
import { untilAnswering } from './kafka-ready.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import { requireTools } from './tools.ts';

/** The lines of server.properties, by name. */
export type Properties = Readonly<Record<string, string>>;

export interface KafkaNodeOptions {
  readonly id: number;
  /** The node's own folder. The caller creates and removes it. */
  readonly directory: string;
  /** Host and port of its PLAINTEXT listener. */
  readonly bootstrap: string;
  readonly properties: Properties;
  /** Additional arguments of `kafka-storage format`. */
  readonly formatArguments?: readonly string[];
  readonly heapMb?: number;
}

const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const SMALL_HEAP_MB = 128;
const SHUTDOWN_MS = 30_000;

const LOG_SETTINGS = `rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %m (%c)%n
`;

/** A Kafka process that is both broker and controller, with its own data folder. */
export class KafkaNode {
  readonly id: number;
  readonly bootstrap: string;
  readonly directory: string;
  readonly #java: readonly string[];
  readonly #formatArguments: readonly string[];
  #process: ServiceProcess | null = null;

  private constructor(options: KafkaNodeOptions, java: readonly string[]) {
    this.id = options.id;
    this.bootstrap = options.bootstrap;
    this.directory = options.directory;
    this.#formatArguments = options.formatArguments ?? [];
    this.#java = java;
  }

  /** Writes the settings of a node and formats its storage, but does not start the node. */
  static async prepare(options: KafkaNodeOptions): Promise<KafkaNode> {
    requireTools('java');
    const { directory } = options;
    await mkdir(directory, { recursive: true });
    const properties = { ...options.properties, 'log.dirs': join(directory, 'data') };
    await writeFile(join(directory, 'server.properties'), propertiesFile(properties), { mode: 0o600 });
    await writeFile(join(directory, 'log4j2.properties'), LOG_SETTINGS);
    const node = new KafkaNode(options, javaArguments(options, await kafkaLibraries()));
    await node.#format();
    return node;
  }

  /** ID of the process. Null while the node does not run. */
  get pid(): number | null {
    return this.#process?.isRunning ? this.#process.pid : null;
  }

  /** Starts the process of the node. `untilReady` waits until the node answers. */
  spawn(): void {
    this.#process = this.#run('kafka.Kafka', [this.#file('server.properties')]);
  }

  /**
   * Waits until the node answers and knows this many brokers.
   * @throws Error with the end of the node's log if the node ends or is not ready in time
   */
  async untilReady(brokers = 1): Promise<void> {
    const process = this.#process;
    if (process === null) throw new Error(`Kafka node ${this.id} is not started`);
    try {
      await untilAnswering(this.bootstrap, brokers, () => process.isRunning);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Kafka node ${this.id}: ${reason}; its log ends:\n${await process.lastWords()}`);
    }
  }

  /** Ends the node at once, like a crash. Unwritten data is lost. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Stops the node cleanly, so its partitions move to other nodes first. */
  async shutDown(): Promise<void> {
    const process = this.#process;
    if (process === null || !process.isRunning) return;
    process.signal('SIGTERM');
    // A clean shutdown waits for a quorum of nodes, which may no longer exist. So kill the node after a while.
    const timer = setTimeout(() => process.signal('SIGKILL'), SHUTDOWN_MS);
    await process.exited;
    clearTimeout(timer);
  }

  /** Resolves when the process of the node is paused. POSIX only. */
  async pause(): Promise<void> {
    await this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  /** Restarts the node with its data. If the node runs, shuts it down cleanly first. Resolves when the node answers. */
  async restart(brokers = 1): Promise<void> {
    await this.shutDown();
    this.spawn();
    await this.untilReady(brokers);
  }

  async #format(): Promise<void> {
    const format = this.#run('kafka.tools.StorageTool', [
      ...['format', '-t', CLUSTER_ID, '-c', this.#file('server.properties')],
      ...this.#formatArguments,
    ]);
    await format.exited;
    const output = await format.lastWords();
    if (!output.includes('Formatting')) throw new Error(`Formatting Kafka's storage failed:\n${output}`);
  }

  #run(main: string, args: readonly string[]): ServiceProcess {
    return startProcess('java', [...this.#java, main, ...args], this.#file('server.log'));
  }

  #file(name: string): string {
    return join(this.directory, name);
  }
}

function javaArguments(
  { directory, heapMb = SMALL_HEAP_MB }: KafkaNodeOptions,
  libraries: string,
): readonly string[] {
  // With these options, Kafka uses little memory and starts fast. A larger heap is for measurements, which
  // need Java at full speed.
  const small = heapMb <= SMALL_HEAP_MB ? ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] : [];
  return [
    ...[`-Xmx${heapMb}m`, ...small, '-Djava.awt.headless=true'],
    `-Dlog4j2.configurationFile=${join(directory, 'log4j2.properties')}`,
    ...['-cp', join(libraries, '*')],
  ];
}

/**
 * Returns the text of a file in the format of java.util.Properties. A backslash starts an escape there, so each
 * backslash is doubled.
 */
function propertiesFile(properties: Properties): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}`,
  );
  return `${lines.join('\n')}\n`;
}
