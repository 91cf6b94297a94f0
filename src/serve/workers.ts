import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { EXIT_CODES, type ExitCode } from '../error.ts';
import { exitText } from '../exit-text.ts';
import type { ChildMessage, ParentMessage } from '../process/messages.ts';
import { CHILD_MARK } from '../process/parent.ts';
import { closeHandedConnections } from './handed-connections.ts';
import { answerMetrics } from './worker-metrics.ts';

export interface WorkersOptions {
  readonly count: number;
  /** The program that each worker runs, with its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  /** Maximum time from the arrival of a message to its answer. */
  readonly timeoutMs: number;
  readonly log: (line: string) => void;
}

export type StartedWorkers =
  | {
      readonly kind: 'running';
      readonly url: string | null;
      /** Resolves with false if a worker was killed, so that its clients got no answers. */
      close(): Promise<boolean>;
    }
  /** The first worker ended before it was ready. It has already printed the reason. */
  | { readonly kind: 'failed'; readonly exitCode: ExitCode };

/** A worker is killed if it does not end within this time after the last answer is due. */
const CLOSE_WITHIN_MS = 20_000;
/**
 * Delay before a worker that ended is replaced. Without the delay, a worker that always fails would keep the machine
 * busy.
 */
const REPLACE_AFTER_MS = 1_000;

/**
 * Starts processes that share one port. Each process has its own connections to the queue. A process that ends is
 * replaced.
 */
export async function startWorkers(options: WorkersOptions): Promise<StartedWorkers> {
  const { count, program, args, timeoutMs, log } = options;
  cluster.setupPrimary({ exec: program, args: [...args] });
  const registry = new AggregatorRegistry();
  let closing = false;
  const start = () => {
    const worker = cluster.fork({ [CHILD_MARK]: '1' });
    answerMetrics(worker, () => registry.clusterMetrics());
    closeHandedConnections(worker.process);
    return worker;
  };
  const first = start();
  const url = await readiness(first);
  if (typeof url === 'number') return { kind: 'failed', exitCode: url };
  cluster.on('exit', (worker, code, signal) => {
    if (closing) return;
    log(`worker ${worker.process.pid} ${exitText(code, signal)}; qbl starts another one`);
    setTimeout(() => closing || start(), REPLACE_AFTER_MS).unref();
  });
  const others = Array.from({ length: count - 1 }, start);
  await Promise.all(others.map(readiness));
  const close = async () => {
    closing = true;
    const workers = Object.values(cluster.workers ?? {});
    const ended = workers.map((worker) => stop(worker, timeoutMs + CLOSE_WITHIN_MS, log));
    return (await Promise.all(ended)).every(Boolean);
  };
  return { kind: 'running', url, close };
}

/** Resolves with the URL when the worker is ready, or with its exit code if it ended before. */
function readiness(worker: Worker): Promise<string | null | ExitCode> {
  return new Promise((resolve) => {
    worker.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') resolve(message.url);
      else if (message.type === 'failed') resolve(failureCode(message.exitCode));
    });
    // `close` comes after the last message of the worker.
    worker.process.once('close', (code) => resolve(failureCode(code)));
  });
}

/** @param code exit code of a worker that ended too early; null if the worker was killed */
function failureCode(code: number | null): ExitCode {
  const failures = Object.values(EXIT_CODES).filter((known) => known !== EXIT_CODES.held);
  return failures.find((known) => known === code) ?? EXIT_CODES.environment;
}

/** Resolves with false if the worker did not end by itself. */
async function stop(
  worker: Worker | undefined,
  withinMs: number,
  log: (line: string) => void,
): Promise<boolean> {
  if (worker === undefined || worker.isDead()) return true;
  const exited = new Promise<boolean>((resolve) =>
    worker.once('exit', (code, signal) => {
      if (code !== 0) log(`worker ${worker.process.pid} ${exitText(code, signal)} before it was closed`);
      resolve(code === 0);
    }),
  );
  worker.send({ type: 'stop' } satisfies ParentMessage, () => {});
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), withinMs);
  const isClosed = await exited;
  clearTimeout(timer);
  return isClosed;
}
