import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { openData } from './data.ts';
import { asBrokerError, BrokerError, isSystemError } from './error.ts';
import { GroupCoordinator } from './groups/coordinator.ts';
import type { Services } from './handlers/handler.ts';
import { ProducerIds } from './handlers/producer-ids.ts';
import {
  IDLE_CHECK_INTERVAL_MS,
  LENGTHS_INTERVAL_MS,
  LOG_INTERVAL_MS,
  MAX_CONNECTIONS,
  MAX_IDLE_MS,
  MAX_LINES,
  MAX_SILENT_MS,
  OFFSETS_CHECK_INTERVAL_MS,
  OFFSETS_RETENTION_MS,
  VERIFIED_TAIL_BYTES,
} from './limits.ts';
import { Connections } from './net/connections.ts';
import { LineLimiter } from './net/line-limiter.ts';
import { MemoryBudget } from './net/memory-budget.ts';
import { printableLine } from './printable.ts';
import type { FsyncPolicy } from './storage/append-file.ts';
import { refuseDamage } from './storage/damage.ts';
import { openDataFolder } from './storage/data-folder.ts';
import { lockDirectory } from './storage/lock.ts';
import { startUpkeep } from './upkeep.ts';

export interface BrokerOptions {
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on. Default: 9092. 0 chooses a free port. */
  readonly port?: number;
  /** The data folder, which is created if it is missing. Only one broker at a time can use the folder. */
  readonly dataDirectory: string;
  /** Number of partitions of a topic that is created on first use. Default: 6. */
  readonly partitions?: number;
  /** Whether an ack waits for the disk (`always`) or only for the operating system (`never`). Default: `always`. */
  readonly fsync?: FsyncPolicy;
  /** Maximum number of connections. Default: 2,000. */
  readonly maxConnections?: number;
  /**
   * A connection is closed `maxIdleMs` after its last request (default: 10 minutes). A connection that never
   * sent a request is closed after `maxSilentMs` (default: 30 s).
   */
  readonly maxIdleMs?: number;
  readonly maxSilentMs?: number;
  /**
   * After this time, a group without members loses its committed offsets. The time counts from the group's
   * last commit. Default: 7 days.
   */
  readonly offsetsRetentionMs?: number;
  /** How often the broker removes the offsets of groups without members. Default: 10 minutes. */
  readonly offsetsCheckIntervalMs?: number;
  /** How often the broker saves the lengths of the logs. Default: 5 s. */
  readonly lengthsIntervalMs?: number;
  /** The id of the first idempotent producer. Default: random. */
  readonly firstProducerId?: number | undefined;
  /** Called with each log line. Lines have no control characters. */
  readonly log?: (line: string) => void;
}

export interface RunningBroker {
  readonly host: string;
  readonly port: number;
  /** Resolves if the data folder is removed or replaced while the broker runs. The broker then accepts no more requests. */
  readonly lost: Promise<BrokerError>;
  /**
   * Accepts no more connections, answers the open requests, syncs and closes the files, and unlocks the data folder.
   */
  close(): Promise<void>;
}

const DEFAULTS = {
  host: '127.0.0.1',
  port: 9092,
  partitions: 6,
  fsync: 'always',
  maxConnections: MAX_CONNECTIONS,
  maxIdleMs: MAX_IDLE_MS,
  maxSilentMs: MAX_SILENT_MS,
  offsetsRetentionMs: OFFSETS_RETENTION_MS,
  offsetsCheckIntervalMs: OFFSETS_CHECK_INTERVAL_MS,
  lengthsIntervalMs: LENGTHS_INTERVAL_MS,
  firstProducerId: undefined,
  log: () => {},
} as const;

/** Closes one opened resource. `closeAll` calls the closers in the reverse order of opening. */
type Closer = () => Promise<void>;

/**
 * Opens the data folder, completes what a crash interrupted, and listens. Throws BrokerError if the port is in use, or
 * if the folder is in use, damaged or not a data folder.
 */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { host, port, log: write, ...storage } = { ...DEFAULTS, ...options };
  const closers: Closer[] = [];
  const log = (line: string) => write(printableLine(line));
  try {
    const { services, lost } = await openServices({ ...storage, log }, closers);
    const connections = new Connections(services, storage);
    const server = acceptConnections(connections, host);
    closers.push(() => hangUp(server, connections, services));
    const address = await listen(server, host, port);
    // Node reports an error if it cannot accept a connection, for example because the process has no free
    // file descriptor.
    server.on('error', (error) =>
      services.connectionLog.line(`cannot accept a connection: ${error.message}`),
    );
    return { host, port: address.port, lost, close: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

type StorageOptions = Required<Omit<BrokerOptions, 'host' | 'port'>>;

async function openServices(
  options: StorageOptions,
  closers: Closer[],
): Promise<{ services: Services; lost: Promise<BrokerError> }> {
  const { dataDirectory, partitions: defaultPartitions, fsync, log } = options;
  try {
    const directory = await openDataFolder(dataDirectory);
    const lock = await lockDirectory(directory);
    closers.push(() => lock.release());
    const diskLog = new LineLimiter(log, MAX_LINES, LOG_INTERVAL_MS);
    // The start prints every line, because some lines name the files that keep removed bytes. Later each request of a
    // client can cause a line while the disk fails.
    let limited = log;
    const data = await openData({
      directory,
      isOwn: () => lock.isHeld(),
      defaultPartitions,
      fsync,
      onDamage: refuseDamage,
      verifiedTailBytes: VERIFIED_TAIL_BYTES,
      log: (line) => limited(line),
    });
    limited = (line) => diskLog.line(line);
    closers.push(async () => diskLog.flush());
    closers.push(() => data.close());
    const { identity, topics, offsets, noteLengths } = data;
    const coordinator = new GroupCoordinator(offsets);
    const upkeep = startUpkeep({ ...options, directory, lock, coordinator, noteLengths, log: limited });
    closers.push(() => upkeep.stop());
    const connectionLog = new LineLimiter(log, MAX_LINES, LOG_INTERVAL_MS);
    const memory = new MemoryBudget();
    const producerIds = new ProducerIds(options.firstProducerId);
    return {
      services: { identity, producerIds, topics, coordinator, memory, connectionLog, log: limited },
      lost: upkeep.lost,
    };
  } catch (error) {
    throw asBrokerError(error, dataDirectory);
  }
}

function acceptConnections(connections: Connections, host: string): Server {
  const server = createServer((socket) => {
    const { port } = server.address() as AddressInfo;
    connections.accept(socket, { host: advertisedHost(host, socket), port });
  });
  const sweeper = setInterval(() => connections.sweep(), IDLE_CHECK_INTERVAL_MS).unref();
  server.once('close', () => clearInterval(sweeper));
  return server;
}

/**
 * Returns the host that a client must use to connect to the broker. If the broker listens on every address, the host is
 * the address to which this client has connected.
 */
function advertisedHost(host: string, { localAddress = host }: Socket): string {
  const isWildcard = host === '0.0.0.0' || host === '::';
  return isWildcard ? localAddress.replace(/^::ffff:/, '') : host;
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return server.address() as AddressInfo;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EADDRINUSE') throw new BrokerError('port-in-use', `Port ${port} is in use.`, error);
    throw new BrokerError('address-unusable', `Cannot listen on ${host}:${port}: ${error.message}`, error);
  }
}

async function hangUp(
  server: Server,
  connections: Connections,
  { coordinator, connectionLog }: Services,
): Promise<void> {
  const stopped = server.listening ? once(server, 'close') : undefined;
  server.close();
  coordinator.close();
  await connections.close();
  await stopped;
  connectionLog.flush();
}

async function closeAll(closers: Closer[]): Promise<void> {
  const close = closers.pop();
  if (!close) return;
  try {
    await close();
  } finally {
    await closeAll(closers);
  }
}
