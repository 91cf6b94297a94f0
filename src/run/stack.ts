import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QblError } from '../error.ts';
import { type Child, type ChildOptions, startChild } from '../process/child.ts';
import { runFiles } from '../runs/run-folder.ts';
import type { RunOptions } from './options.ts';

/** The topic of a broker that is there for one run. */
const TOPIC = 'stress-topic';
/** How long a part may take to stop in good order before it is killed. */
const STOP_WITHIN_MS = 15_000;

/** The processes of a run. */
export class Stack {
  readonly #options: RunOptions;
  readonly #servers: Child[] = [];
  readonly #workers: Child[] = [];
  #broker: Child | null = null;
  #brokerData: string | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Starts an embedded broker on a free port, with data of its own. */
  async startBroker(): Promise<string> {
    this.#brokerData = await mkdtemp(join(tmpdir(), 'qbl-broker-'));
    this.#broker = this.#start('broker', ['--port', '0', '--data', this.#brokerData], this.#servers);
    const url = await this.#broker.ready;
    this.#options.onNote(`broker  ${url}`);
    return `${url}/${TOPIC}`;
  }

  /** Starts the proxy on a free port. */
  async startProxy(queue: string): Promise<string> {
    const proxy = this.#start('serve', ['--port', '0', '--queue', queue], this.#servers);
    const url = `${await proxy.ready}/send`;
    this.#options.onNote(`proxy   ${url}`);
    return url;
  }

  /** Opens the reader that has to be there before the first send. */
  async startTap(queue: string, ruleArguments: readonly string[]): Promise<Child> {
    const args = ['--follow', ...this.#runArguments(), '--queue', queue, '--json', ...ruleArguments];
    const tap = this.#start('verify', args, this.#workers);
    await tap.ready;
    this.#options.onNote(`tap     ${queue}`);
    return tap;
  }

  async startSender(url: string, queue: string, planArguments: readonly string[]): Promise<Child> {
    const args = [
      ...planArguments,
      ...this.#runArguments(),
      `--url=${url}`,
      '--queue',
      queue,
      '--allow-errors',
      '--json',
    ];
    const sender = this.#start(this.#options.sender, args, this.#workers, this.#options.onProgress);
    await sender.ready;
    return sender;
  }

  /** Calls back when the broker that this run started is gone: there is nothing left to read from. */
  onBrokerGone(handler: () => void): void {
    this.#broker?.exited.then(handler);
  }

  /** Ends all at once. JMeter is a process of its sender's, which ends it when it is told a second time. */
  kill(): void {
    for (const child of [...this.#workers, ...this.#servers]) {
      if (child.name === 'jmeter') child.stop();
      else child.kill();
    }
  }

  /** Ends every process; with `keep`, broker and proxy stay. Nothing is left behind otherwise. */
  async close(keep: boolean): Promise<void> {
    await Promise.all(this.#workers.map(end));
    if (keep) return this.#letGo();
    for (const server of this.#servers.toReversed()) await end(server);
    if (this.#brokerData !== null) await rm(this.#brokerData, { recursive: true, force: true });
  }

  #letGo(): void {
    for (const server of this.#servers) {
      server.letGo();
      this.#options.onNote(`kept: qbl ${server.name}, process ${server.pid}`);
    }
    if (this.#brokerData !== null) this.#options.onNote(`kept: the broker's data in ${this.#brokerData}`);
  }

  #runArguments(): string[] {
    return ['--run', this.#options.folder.id, '--runs', this.#options.runsDirectory];
  }

  #start(
    command: string,
    args: readonly string[],
    list: Child[],
    onProgress?: ChildOptions['onProgress'],
  ): Child {
    const { directory, env, folder, keep, interrupt } = this.#options;
    if (interrupt.aborted) throw new QblError('interrupted', 'stopped at once');
    const child = startChild({
      command,
      args,
      directory,
      env,
      logFile: runFiles(folder).log(command),
      outlives: keep && list === this.#servers,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    list.push(child);
    return child;
  }
}

/** Asks a process to stop, and kills one that does not. */
async function end(child: Child): Promise<void> {
  child.stop();
  const timer = setTimeout(() => child.kill(), STOP_WITHIN_MS);
  await child.exited;
  clearTimeout(timer);
}
