import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { elasticmqLibraries } from './elasticmq-libraries.ts';
import { requireFree, servicePorts } from './ports.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import { requireTools } from './tools.ts';

const HEAP_MB = 128;
const READY_WITHIN_MS = 60_000;

export interface ElasticmqOptions {
  /** Port of the emulator. If absent, a free port is used. */
  readonly port?: number;
}

/** An SQS emulator of one process, which writes every acknowledged message to disk. */
export interface RunningElasticmq {
  readonly port: number;
  readonly endpoint: string;
  /** The URL of a queue, which is created on first use. */
  url(queue: string): string;
  /** Kills the emulator with SIGKILL and keeps its data. */
  kill(): Promise<void>;
  /** Restarts the emulator with its data. */
  restart(): Promise<void>;
  /** Ends the emulator and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a real ElasticMQ. Resolves when it answers. It ends with this process at the latest.
 * @throws Error if Java is missing, the port is in use, or ElasticMQ does not start
 */
export async function startElasticmq(options: ElasticmqOptions = {}): Promise<RunningElasticmq> {
  requireTools('java');
  if (options.port !== undefined) await requireFree(options.port);
  const [freePort = 0] = await servicePorts(1);
  const port = options.port ?? freePort;
  const libraries = await elasticmqLibraries();
  const directory = await mkdtemp(join(tmpdir(), 'qbl-elasticmq-'));
  await writeFile(join(directory, 'elasticmq.conf'), settings(directory, port));
  await writeFile(join(directory, 'logback.xml'), LOG_SETTINGS);
  const endpoint = `http://127.0.0.1:${port}`;
  let process: ServiceProcess | null = null;
  const start = async () => {
    process = startProcess('java', javaArguments(directory, libraries), join(directory, 'server.log'));
    await untilReady(endpoint, process);
  };
  const kill = async () => process?.kill();
  const stop = async () => {
    await kill();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  await start().catch(async (error) => {
    await stop();
    throw error;
  });
  const restart = async () => {
    await kill();
    await start();
  };
  return { port, endpoint, url: (queue) => `sqs://127.0.0.1:${port}/${queue}`, kill, restart, stop };
}

/**
 * With WRITE_DELAY=0, H2 writes acknowledged data at once. By default it waits half a second, and a kill would lose
 * that data.
 */
function settings(directory: string, port: number): string {
  const storage = join(directory, 'messages').replaceAll('\\', '/');
  return `include classpath("application.conf")
node-address { protocol = http, host = localhost, port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
messages-storage { enabled = true, uri = "jdbc:h2:${storage};WRITE_DELAY=0" }
queues-storage { enabled = true, path = "${directory.replaceAll('\\', '/')}/queues.conf" }
`;
}

function javaArguments(directory: string, libraries: string): readonly string[] {
  return [
    ...[`-Xmx${HEAP_MB}m`, '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Djava.awt.headless=true'],
    `-Dconfig.file=${join(directory, 'elasticmq.conf')}`,
    `-Dlogback.configurationFile=${join(directory, 'logback.xml')}`,
    ...['-cp', join(libraries, '*'), 'org.elasticmq.server.Main'],
  ];
}

const LOG_SETTINGS = `<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %level %msg (%logger)%n</pattern></encoder>
  </appender>
  <root level="warn"><appender-ref ref="console"/></root>
</configuration>
`;

async function untilReady(endpoint: string, process: ServiceProcess): Promise<void> {
  try {
    await until(
      `an answer of ${endpoint}`,
      async () => {
        if (!process.isRunning) throw new Error('it ended by itself');
        return fetch(`${endpoint}/?Action=ListQueues`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`ElasticMQ: ${reason}; its log ends:\n${await process.lastWords()}`);
  }
}
