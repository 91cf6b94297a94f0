import { readFile } from 'node:fs/promises';
import { type Broker, spawnBroker } from '../support/broker.ts';
import { type Ended, kill, qbl, type Running, spawnQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** The rate is limited, so that a run takes at least 1.4 s. */
const THREADS = 20;
const LOOPS = 50;
export const SENT = THREADS * LOOPS;
/** So many loops that a sender still sends when a test kills it. */
export const ENDLESS = 100_000;
/** Latest time of a kill: before the last message is due. */
export const LAST_MOMENT_MS = 1_200;

const TOPIC = 'crashes';

/** A broker and a proxy that can be killed and restarted, and a topic that keeps the messages of all runs. */
export class CrashBed {
  readonly #folder: string;
  broker: Broker;
  serve: Running;
  #url: string;

  private constructor(folder: string, broker: Broker, serve: Running, url: string) {
    this.#folder = folder;
    this.broker = broker;
    this.serve = serve;
    this.#url = url;
  }

  static async open(): Promise<CrashBed> {
    const folder = await makeTempFolder();
    const broker = await spawnBroker(folder);
    const { serve, url } = await startServe(folder, broker.address, '0');
    return new CrashBed(folder, broker, serve, url);
  }

  get #queue(): string {
    return `kafka://${this.broker.address}/${TOPIC}`;
  }

  /** Starts a sender, and resolves when its run has begun. */
  async send(run: string, loops = LOOPS): Promise<Running> {
    const load = [
      '--threads',
      String(THREADS),
      '--loops',
      String(loops),
      '--rate',
      '700',
      '--rate-tolerance',
      '100%',
    ];
    const args = ['blast', '--run', run, '--queue', this.#queue, '--url', this.#url, ...load];
    const sender = spawnQbl(args, { folder: this.#folder });
    await until('a run that has begun', () =>
      readFile(runFile(this.#folder, run, 'run.json')).catch(() => null),
    );
    return sender;
  }

  replay(run: string): Promise<Ended> {
    return qbl(['verify', run, '--json', '--exactly-once'], { folder: this.#folder });
  }

  /** Kills the proxy, and restarts it on the same port. */
  async crashServe(): Promise<void> {
    await kill(this.serve);
    const { port } = new URL(this.#url);
    this.serve = (await startServe(this.#folder, this.broker.address, port)).serve;
  }

  /** Kills the broker, and restarts it with its data. Resolves when the proxy is connected again. */
  async crashBroker(): Promise<void> {
    await kill(this.broker.process);
    this.broker = await spawnBroker(this.#folder, this.broker.port);
    await untilReady(this.#url);
  }

  async close(): Promise<void> {
    await kill(this.serve);
    await kill(this.broker.process);
    await removeFolder(this.#folder);
  }
}

async function startServe(folder: string, address: string, port: string) {
  const queue = `kafka://${address}/${TOPIC}`;
  const args = ['serve', '--host', '127.0.0.1', '--port', port, '--queue', queue, '--timeout', '2s'];
  const serve = spawnQbl(args, { folder });
  const url = await serve.line(/serving POST \/send on (http\S+)/);
  await untilReady(url);
  return { serve, url: `${new URL(url).origin}/send` };
}

async function untilReady(url: string): Promise<void> {
  await until('a proxy that is ready', async () => (await fetch(new URL('/readyz', url))).ok);
}
