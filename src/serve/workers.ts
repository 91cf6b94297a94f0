import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
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
  readonly log: (line: string) => void;
}

export type StartedWorkers =
  | { readonly kind: 'running'; readonly url: string | null; close(): Promise<void> }
  /** The first worker ended before it was ready. It has already printed the reason. */
  | { readonly kind: 'failed'; readonly exitCode: number };

/** A worker that does not end within this time is killed. */
const STOP_WITHIN_MS = 30_000;
/**
 * Delay before a worker that ended is replaced. Without the delay, a worker that always fails would keep the machine
 * busy.
 */
const REPLACE_AFTER_MS = 1_000;

/**
 * Starts processes that share one port. Each process has its own connections to the queue. A process that ends is
 * replaced.
 */
export async function startWorkers({ count, program, args, log }: WorkersOptions): Promise<StartedWorkers> {
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
    await Promise.all(Object.values(cluster.workers ?? {}).map(stop));
  };
  return { kind: 'running', url, close };
}

/** Resolves with the URL when the worker is ready, or with its exit code if it ended before. */
function readiness(worker: Worker): Promise<string | null | number> {
  return new Promise((resolve) => {
    worker.on('message', (message: ChildMessage) => message.type === 'ready' && resolve(message.url));
    worker.once('exit', (code) => resolve(code ?? 1));
  });
}

async function stop(worker: Worker | undefined): Promise<void> {
  if (worker === undefined || worker.isDead()) return;
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  worker.send({ type: 'stop' } satisfies ParentMessage, () => {});
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}
