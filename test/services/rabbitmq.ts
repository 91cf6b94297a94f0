import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from 'rabbitmq-client';
import { until } from '../support/until.ts';
import { makeCertificates } from './certificates.ts';
import { requireFree, servicePorts } from './ports.ts';
import { rabbitmqScripts } from './rabbitmq-scripts.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import { requireTools } from './tools.ts';

export interface RabbitmqOptions {
  /** Port of the listener without TLS. Default: a free port. */
  readonly port?: number;
  /** Adds a TLS listener with a certificate from a new authority. */
  readonly tls?: boolean;
  /** Enables the management API. */
  readonly management?: boolean;
}

export interface RunningRabbitmq {
  /** Host and port, without TLS. */
  readonly address: string;
  /** Address and certificate authority of the TLS listener. Null if TLS was not requested. */
  readonly tls: { readonly address: string; readonly caFile: string } | null;
  /** Address of the management API. Null if it was not requested. */
  readonly managementUrl: string | null;
  readonly pid: number | null;
  url(queue: string): string;
  /** Runs `rabbitmqctl` and resolves with its output. */
  ctl(...args: string[]): Promise<string>;
  /** Writes queue metadata to disk, then kills the broker with SIGKILL. Keeps its data. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): void;
  /** Restarts the broker with its data. Resolves when it answers. */
  restart(): Promise<void>;
  /** Ends the broker and deletes its data. */
  stop(): Promise<void>;
}

/**
 * RabbitMQ writes messages to disk before it confirms them, but it writes the metadata of a new queue (dets tables)
 * later. With 3.10.8, a quorum queue that is killed a second after its creation comes back without a leader. Its
 * publishers wait forever. After eight seconds, or with the tables synced, it has a leader.
 */
const SYNC_METADATA = '[ok = dets:sync(Table) || Table <- dets:all()].';
const DEADLINE_MS = 120_000;
const HOST = '127.0.0.1';

/**
 * Starts a real RabbitMQ. Resolves when it answers. It ends with this process at the latest.
 * @throws Error if RabbitMQ is not installed, the port is in use, or RabbitMQ does not start
 */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<RunningRabbitmq> {
  requireTools('rabbitmq-server');
  const scripts = rabbitmqScripts() ?? '';
  if (options.port !== undefined) await requireFree(options.port);
  const directory = await mkdtemp(join(tmpdir(), 'qbl-rabbitmq-'));
  const [freePort = 0, tlsPort = 0, distributionPort = 0, epmdPort = 0, managementPort = 0] =
    await servicePorts(5);
  const port = options.port ?? freePort;
  const tls = options.tls ? await writeTls(directory, tlsPort) : null;
  const management = options.management
    ? [`management.tcp.port = ${managementPort}`, `management.tcp.ip = ${HOST}`]
    : [];
  await writeFile(join(directory, 'rabbitmq.conf'), [...(tls?.lines ?? []), ...management].join('\n'));
  await writeFile(join(directory, 'enabled_plugins'), options.management ? '[rabbitmq_management].' : '[].');
  const environment = environmentOf(directory, { port, distributionPort, epmdPort });
  const epmd = startProcess('epmd', ['-port', String(epmdPort), '-address', HOST], logOf(directory));
  const run = () => spawnNode(scripts, environment, directory);
  let node = run();
  const stop = async () => {
    await node.kill();
    await epmd.kill();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await untilReady(port, node);
  } catch (error) {
    await stop();
    throw error;
  }
  const ctl = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, ...environment };
    return (await promisify(execFile)(join(scripts, 'rabbitmqctl'), args, { env })).stdout;
  };
  return {
    address: `${HOST}:${port}`,
    tls: tls === null ? null : { address: `localhost:${tlsPort}`, caFile: tls.caFile },
    managementUrl: options.management ? `http://${HOST}:${managementPort}` : null,
    get pid() {
      return node.isRunning ? node.pid : null;
    },
    url: (queue) => `amqp://${HOST}:${port}/${queue}`,
    ctl,
    kill: async () => {
      await ctl('eval', SYNC_METADATA);
      await node.kill();
    },
    pause: () => node.pause(),
    resume: () => node.resume(),
    restart: async () => {
      await node.kill();
      node = run();
      await untilReady(port, node);
    },
    stop,
  };
}

interface Ports {
  readonly port: number;
  readonly distributionPort: number;
  readonly epmdPort: number;
}

/**
 * Keeps everything in the folder, reads no system settings, and uses no default port. With RUNNING_UNDER_SYSTEMD, the
 * script is replaced by the virtual machine, so signals reach the virtual machine.
 */
function environmentOf(directory: string, { port, distributionPort, epmdPort }: Ports) {
  return {
    HOME: directory,
    RUNNING_UNDER_SYSTEMD: '1',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: HOST,
    RABBITMQ_NODENAME: `qbl-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: HOST,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    // Turns off busy waiting, which would take CPU time from the tested processes.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none',
  };
}

function spawnNode(
  scripts: string,
  environment: Readonly<Record<string, string>>,
  directory: string,
): ServiceProcess {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return startProcess('env', [...variables, join(scripts, 'rabbitmq-server')], logOf(directory));
}

async function writeTls(directory: string, port: number) {
  const folder = join(directory, 'tls');
  await mkdir(folder);
  const { caFile, serverFile } = await makeCertificates(folder);
  const lines = [
    `listeners.ssl.default = ${HOST}:${port}`,
    `ssl_options.cacertfile = ${caFile}`,
    `ssl_options.certfile = ${serverFile}`,
    `ssl_options.keyfile = ${serverFile}`,
    'ssl_options.verify = verify_none',
  ];
  return { caFile, lines };
}

async function untilReady(port: number, node: ServiceProcess): Promise<void> {
  try {
    await until(
      `a RabbitMQ that answers on port ${port}`,
      () => {
        if (!node.isRunning) throw new Error('it ended by itself');
        return answers(port);
      },
      DEADLINE_MS,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`RabbitMQ: ${reason}; its log ends:\n${await node.lastWords()}`);
  }
}

function answers(port: number): Promise<boolean> {
  const connection = new Connection({ hostname: HOST, port });
  return new Promise((resolve) => {
    const end = (answered: boolean) => {
      connection.unsafeDestroy();
      resolve(answered);
    };
    connection.on('error', () => end(false));
    connection.on('connection', () => end(true));
  });
}

function logOf(directory: string): string {
  return join(directory, 'server.log');
}
