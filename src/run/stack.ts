import { rm } from 'node:fs/promises';
import type { Capacity } from '../capacity/capacity.ts';
import type { DirectBounds } from '../comparison/direct-half.ts';
import { EXIT_CODES, type ExitCode, QblError } from '../error.ts';
import { makeTemporaryFolder } from '../folders.ts';
import { type Child, type ChildOptions, startChild } from '../process/child.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { noteGone } from '../runs/rows/seen-jsonl.ts';
import { runFiles } from '../runs/run-folder.ts';
import type { NamedRun } from './arguments.ts';
import type { Incidents } from './incidents.ts';
import type { RunOptions } from './options.ts';

const TOPIC = 'stress-topic';
/** A process that does not stop cleanly within this time is killed. */
const STOP_WITHIN_MS = 15_000;

const { held, checkFailed, inconclusive, interrupted } = EXIT_CODES;
/** Exit codes that mean a process finished its work. Servers are not listed: they must run until the end. */
const DONE: Readonly<Record<string, readonly ExitCode[]>> = {
  blast: [held, checkFailed, inconclusive, interrupted],
  jmeter: [held, checkFailed, inconclusive, interrupted],
  verify: [held, checkFailed, inconclusive, interrupted],
  consume: [held],
};

/** The processes of a run. */
export class Stack {
  readonly #options: RunOptions;
  readonly #incidents: Incidents;
  readonly #servers: Child[] = [];
  readonly #workers: Child[] = [];
  #broker: Child | null = null;
  #closing = false;
  #brokerData: string | null = null;
  /** URL of the queue on the embedded broker. Null if the run uses an existing queue. */
  #ownQueue: string | null = null;

  constructor(options: RunOptions, incidents: Incidents) {
    this.#options = options;
    this.#incidents = incidents;
  }

  /** Starts an embedded broker on a free port, with a new data folder. */
  async startBroker(): Promise<string> {
    this.#brokerData = await makeTemporaryFolder('qbl-broker-');
    const args = this.#options.partArguments.broker(this.#brokerData);
    this.#broker = this.#start('broker', args, this.#servers);
    const url = await this.#broker.ready;
    this.#options.onNote(`broker  ${url}`);
    this.#ownQueue = `${url}/${TOPIC}`;
    return this.#ownQueue;
  }

  async startProxy(queue: string): Promise<string> {
    const proxy = this.#start('serve', this.#options.partArguments.serve(queue), this.#servers);
    const url = `${await proxy.ready}/send`;
    this.#options.onNote(`proxy   ${url}`);
    return url;
  }

  /** Starts the tap, the live reader. It must be ready before the first send. */
  async startTap(queue: string): Promise<Child> {
    const { partArguments, onVerifyProgress } = this.#options;
    const args = partArguments.verify(this.#run, queue);
    const tap = this.#start('verify', args, this.#workers, { onVerifyProgress });
    await tap.ready;
    this.#options.onNote(`tap     ${queue}`);
    return tap;
  }

  /** Starts the service behind the queue. When qbl asks the service to stop, the service first empties the queue. */
  async startService(queue: string, capacity: Capacity): Promise<Child> {
    const { partArguments, onServiceProgress } = this.#options;
    const args = partArguments.consume(this.#run, queue, capacity);
    const child = this.#start('consume', args, this.#workers, { onServiceProgress });
    await child.ready;
    this.#options.onNote(`service ${partArguments.capacity(capacity)}`);
    return child;
  }

  /** Starts the service of the run without a queue (qbl direct). */
  async startDirect(capacity: Capacity, bounds: DirectBounds): Promise<string> {
    const args = this.#options.partArguments.direct(this.#run, capacity, bounds);
    const child = this.#start('direct', args, this.#servers);
    const url = await child.ready;
    this.#options.onNote(`direct  ${url}`);
    return `${url}`;
  }

  /**
   * Starts the sender.
   * @param url null if the plan itself names the endpoint
   * @param queue null if the requests go directly to the service
   */
  async startSender(url: string | null, queue: string | null): Promise<Child> {
    const { sender: command, partArguments, experiment, onProgress } = this.#options;
    const allowErrors = this.#options.allowErrors || queue === null;
    const args = partArguments.sender({ ...this.#run, experiment, queue, allowErrors });
    const privateArgs = partArguments.sendersPrivate(url);
    const sender = this.#start(command, args, this.#workers, { onProgress, privateArgs });
    await sender.ready;
    return sender;
  }

  /** Calls `handler` when the embedded broker exits, because the queue is then gone. */
  onBrokerGone(handler: () => void): void {
    this.#broker?.exited.then(handler);
  }

  /** Kills all processes. `qbl jmeter` is asked to stop instead, because it must end JMeter itself. */
  kill(): void {
    this.#closing = true;
    for (const child of [...this.#workers, ...this.#servers]) {
      if (child.name === 'jmeter') child.stop();
      else child.kill();
    }
  }

  /** Ends every process and removes the broker's data. With `keep`, broker, proxy and data stay. */
  async close(keep: boolean): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#workers.map(end));
    if (keep) return this.#letGo();
    for (const server of this.#servers.toReversed()) await end(server);
    if (this.#brokerData !== null) await rm(this.#brokerData, { recursive: true, force: true });
    await this.#noteQueueGone();
  }

  /**
   * Records that the queue is gone. Otherwise a later verification could read from another program that uses the same
   * port by then.
   */
  async #noteQueueGone(): Promise<void> {
    const { folder, onNote } = this.#options;
    if (this.#ownQueue === null || readRun(folder) === null) return;
    await noteGone(folder, this.#ownQueue).catch((error: Error) => onNote(error.message));
  }

  #letGo(): void {
    for (const server of this.#servers) {
      server.letGo();
      this.#options.onNote(`kept: qbl ${server.name}, process ${server.pid}`);
    }
    if (this.#brokerData !== null) this.#options.onNote(`kept: the broker's data in ${this.#brokerData}`);
  }

  get #run(): NamedRun {
    return { run: this.#options.folder.id, runs: this.#options.runsDirectory };
  }

  #start(
    command: string,
    args: readonly string[],
    list: Child[],
    others: Pick<ChildOptions, 'onProgress' | 'onServiceProgress' | 'onVerifyProgress' | 'privateArgs'> = {},
  ): Child {
    const { directory, env, folder, keep, interrupt } = this.#options;
    if (interrupt.aborted || this.#closing)
      throw new QblError('interrupted', `stopped before qbl ${command} was started`);
    const child = startChild({
      command,
      args,
      directory,
      env,
      logFile: runFiles(folder).log(command),
      outlives: keep && list === this.#servers,
      ...others,
    });
    list.push(child);
    // If the process ends before it is ready, `ready` rejects and the run fails.
    child.ready.then(
      () => this.#watch(child),
      () => {},
    );
    return child;
  }

  async #watch(child: Child): Promise<void> {
    const exit = await child.exited;
    const { folder, interrupt } = this.#options;
    const isDone = DONE[child.name]?.some((code) => code === exit.code) === true;
    if (isDone || this.#closing || interrupt.aborted) return;
    this.#incidents.ended(child, exit, folder);
  }
}

/** Asks a process to stop, and kills a process that does not stop. */
async function end(child: Child): Promise<void> {
  child.stop();
  const timer = setTimeout(() => child.kill(), STOP_WITHIN_MS);
  await child.exited;
  clearTimeout(timer);
}
