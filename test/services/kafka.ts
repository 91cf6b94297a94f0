import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaNode, type Properties } from './kafka-node.ts';
import { nodeProperties, replicationProperties } from './kafka-properties.ts';
import { makeSecurity, type SecureListeners } from './kafka-security.ts';
import { requireFree, servicePorts } from './ports.ts';

export interface KafkaOptions {
  /** Port of the PLAINTEXT listener. Default: a free port. */
  readonly port?: number;
  /** `all` adds the listeners SSL, SASL_PLAINTEXT and SASL_SSL. */
  readonly listeners?: 'plain' | 'all';
  /** Additional or overriding lines of server.properties. */
  readonly properties?: Properties;
  /**
   * Size of the Java heap in MB. The default of 128 is enough for functional tests. Measurements use 1024.
   */
  readonly heapMb?: number;
  /** Folder in which Kafka's own folder is created. Default: the system's temporary folder. */
  readonly parent?: string;
}

export interface RunningKafka {
  /** Host and port, without TLS and without a password. */
  readonly bootstrap: string;
  readonly directory: string;
  readonly pid: number | null;
  /** The secure listeners. Null if only the plain listener was requested. */
  readonly secure: SecureListeners | null;
  url(topic: string): string;
  /** Kills the broker with SIGKILL and keeps its data. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): void;
  /** Restarts the broker with its data. */
  restart(): Promise<void>;
  /** Ends the broker and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a real Kafka. Resolves when it answers. It ends with this process at the latest.
 * @throws Error if a tool is missing, the port is in use, or Kafka does not start
 */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  if (options.port !== undefined) await requireFree(options.port);
  const directory = await mkdtemp(join(options.parent ?? tmpdir(), 'qbl-kafka-node-'));
  const stopping: (() => Promise<void>)[] = [
    () => rm(directory, { recursive: true, force: true, maxRetries: 10 }),
  ];
  const stop = async () => {
    for (const step of stopping.splice(0).reverse()) await step();
  };
  try {
    const secure = options.listeners === 'all' ? await makeSecurity(directory) : null;
    const [freePort = 0, controllerPort = 0] = await servicePorts(2);
    const port = options.port ?? freePort;
    const address = { id: 1, port, controllerPort };
    const own = { ...nodeProperties(address, [address]), ...replicationProperties(1, 1) };
    const node = await KafkaNode.prepare({
      id: 1,
      directory,
      bootstrap: `127.0.0.1:${port}`,
      properties: {
        ...own,
        ...secure?.properties,
        ...addListeners(own, secure?.listeners),
        ...options.properties,
      },
      ...(secure === null ? {} : { formatArguments: secure.formatArguments }),
      ...(options.heapMb === undefined ? {} : { heapMb: options.heapMb }),
    });
    stopping.push(() => node.kill());
    node.spawn();
    await node.untilReady();
    return runningKafka(node, secure, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function addListeners(own: Properties, added: readonly string[] = []): Properties {
  const names = ['listeners', 'advertised.listeners'];
  return Object.fromEntries(names.map((name) => [name, [own[name], ...added].join(',')]));
}

function runningKafka(
  node: KafkaNode,
  secure: SecureListeners | null,
  stop: () => Promise<void>,
): RunningKafka {
  return {
    bootstrap: node.bootstrap,
    directory: node.directory,
    get pid() {
      return node.pid;
    },
    secure: secure === null ? null : { tls: secure.tls, sasl: secure.sasl },
    url: (topic) => `kafka://${node.bootstrap}/${topic}`,
    kill: () => node.kill(),
    pause: () => node.pause(),
    resume: () => node.resume(),
    restart: () => node.restart(),
    stop,
  };
}
