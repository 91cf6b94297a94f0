import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { type BrokerOptions, type RunningBroker, startBroker } from '../broker.ts';
import * as cluster from '../wire/apis/cluster.ts';
import * as records from '../wire/apis/records.ts';
import { RawClient } from './raw-client.ts';

const DEADLINE_MS = 20_000;
const cleanUps: (() => Promise<unknown> | unknown)[] = [];

/** Closes and removes what the test created, in reverse order. Call it after each test. */
export async function cleanUp(): Promise<void> {
  for (let undo = cleanUps.pop(); undo; undo = cleanUps.pop()) await undo();
}

export function onCleanUp(undo: () => Promise<unknown> | unknown): void {
  cleanUps.push(undo);
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'broker-'));
  onCleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A broker on a free port, with its log lines. It is closed at the end of the test. */
export class TestBroker {
  readonly dataDirectory: string;
  readonly lines: string[] = [];
  readonly #options: Partial<BrokerOptions>;
  #running: RunningBroker | undefined;

  constructor(dataDirectory: string, options: Partial<BrokerOptions>) {
    this.dataDirectory = dataDirectory;
    this.#options = options;
  }

  static async start(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
    const broker = new TestBroker(options.dataDirectory ?? (await temporaryDirectory()), options);
    onCleanUp(() => broker.stop());
    await broker.start();
    return broker;
  }

  get port(): number {
    return this.#running?.port ?? 0;
  }

  get lost(): Promise<unknown> | undefined {
    return this.#running?.lost;
  }

  async start(): Promise<void> {
    const log = (line: string) => this.lines.push(line);
    this.#running = await startBroker({ port: 0, ...this.#options, dataDirectory: this.dataDirectory, log });
  }

  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  /** Returns a stopped broker on a copy of the present data. The copy is like the data after kill −9. */
  async killedCopy(): Promise<TestBroker> {
    const dataDirectory = await temporaryDirectory();
    const filter = (path: string) => !basename(path).startsWith('lock-');
    await cp(this.dataDirectory, dataDirectory, { recursive: true, filter });
    const copy = new TestBroker(dataDirectory, this.#options);
    onCleanUp(() => copy.stop());
    return copy;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  kafka(): Kafka {
    return new Kafka({
      brokers: [`127.0.0.1:${this.port}`],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, retries: 8 },
    });
  }

  async client(): Promise<RawClient> {
    const client = await RawClient.connect(this.port);
    onCleanUp(() => client.destroy());
    return client;
  }

  /** The log files of the only topic. */
  async logFiles(): Promise<string[]> {
    const topics = join(this.dataDirectory, 'topics');
    const [id = ''] = await readdir(topics);
    const names = (await readdir(join(topics, id))).filter((name) => name.endsWith('.log'));
    return names.sort().map((name) => join(topics, id, name));
  }
}

/** Creates a topic by requesting its metadata. Returns the error code of the answer. */
export async function touchTopic(client: RawClient, name: string): Promise<number> {
  const response = await client.request(cluster.metadata, 8, { topics: [name] });
  return response.topics[0]?.errorCode ?? -1;
}

export async function produceTo(
  client: RawClient,
  topic: string,
  batch: Buffer | null,
  index = 0,
  version = 8,
) {
  const response = await client.request(records.produce, version, {
    acks: -1,
    timeoutMs: 1_000,
    topics: [{ name: topic, partitions: [{ index, records: batch }] }],
  });
  const partition = response.responses[0]?.partitions[0];
  if (!partition) throw new Error('no answer for the partition');
  return partition;
}

export interface FetchOptions {
  readonly offset?: number;
  readonly partition?: number;
  readonly maxWaitMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly isolationLevel?: number;
}

export async function fetchFrom(client: RawClient, topic: string, options: FetchOptions = {}) {
  const { offset = 0, partition = 0, maxWaitMs = 0, minBytes = 1, maxBytes = 2 ** 20 } = options;
  const response = await client.request(records.fetch, 11, {
    replicaId: -1,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel: options.isolationLevel ?? 0,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: maxBytes }] }],
  });
  const fetched = response.responses[0]?.partitions[0];
  if (!fetched) throw new Error('no answer for the partition');
  return fetched;
}

/** Checks the condition repeatedly until it is true. Throws if it is still false at the deadline. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the condition did not become true in time');
    await delay(10);
  }
}
