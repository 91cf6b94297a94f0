import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { ChildMessage, ParentMessage } from '../process/messages.ts';
import { CHILD_MARK } from '../process/parent.ts';
import { answerMetrics } from './worker-metrics.ts';

export interface WorkersOptions {
  readonly count: number;
  /** The program that each worker runs, and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly log: (line: string) => void;
}

export type StartedWorkers =
  | { readonly kind: 'running'; readonly url: string | null; close(): Promise<void> }
  /** The first worker ended before it served, and has said why. */
  | { readonly kind: 'failed'; readonly exitCode: number };

/** How long a worker may take to finish what is in flight before it is killed. */
const STOP_WITHIN_MS = 30_000;
/** Before a worker that has ended is replaced, so that one which cannot live does not keep the machine busy. */
const REPLACE_AFTER_MS = 1_000;

/**
 * Starts processes that share one port, each with connections of its own to the queue. One that ends is replaced.
 */
export async function startWorkers({ count, program, args, log }: WorkersOptions): Promise<StartedWorkers> {
  cluster.setupPrimary({ exec: program, args: [...args] });
  const registry = new AggregatorRegistry();
  let closing = false;
  const start = () => {
    const worker = cluster.fork({ [CHILD_MARK]: '1' });
    answerMetrics(worker, () => registry.clusterMetrics());
    return worker;
  };
  const first = start();
  const url = await readiness(first);
  if (typeof url === 'number') return { kind: 'failed', exitCode: url };
  cluster.on('exit', (worker, code, signal) => {
    if (closing) return;
    log(`worker ${worker.process.pid} ended (${signal ?? code}); another one is started`);
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

/** The URL that the worker serves, or the exit code of one that ended before. */
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
