import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { kill, type Running, spawnQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import type { FaultCluster } from './fault-cluster.ts';

export const PROXY_NAMES = ['qbl serve', 'naive proxy'] as const;
export type ProxyName = (typeof PROXY_NAMES)[number];

/** A proxy that posts to a topic. It can be killed and restarted on its port. It ends with the test. */
export interface ProxyUnderFault {
  readonly name: ProxyName;
  readonly topic: string;
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Process {
  kill(): Promise<void>;
}

/** The time-out of qbl serve. It is shorter than a fault, so qbl serve must report unknown outcomes. */
const SERVE_TIMEOUT = '4s';
const NAIVE_PROXY = fileURLToPath(new URL('../../examples/exercise/naive-proxy.js', import.meta.url));
/** The topic to which the naive proxy (examples/exercise/naive-proxy.js) always writes. */
export const NAIVE_TOPIC = 'stress-topic';

export function startServe(cluster: FaultCluster, topic: string): Promise<ProxyUnderFault> {
  return startProxy('qbl serve', topic, async (port) => {
    const queue = ['--queue', cluster.faultyUrl(topic), '--timeout', SERVE_TIMEOUT];
    const args = ['serve', '--host', '127.0.0.1', '--port', String(port), ...queue];
    const running = spawnQbl(args, { folder: await tempFolder() });
    await orKilled(
      running,
      until('qbl serve to be ready', () => isOk(`http://127.0.0.1:${port}/readyz`)),
    );
    return { kill: () => kill(running) };
  });
}

/**
 * Starts the naive proxy (examples/exercise/naive-proxy.js). It accepts only one broker address: the address of the
 * first node.
 */
export function startNaiveProxy(cluster: FaultCluster): Promise<ProxyUnderFault> {
  return startProxy('naive proxy', NAIVE_TOPIC, async (port) => {
    const env = { ...process.env, KAFKA: cluster.faultyAddresses[0], PORT: String(port) };
    const child = spawn(process.execPath, [NAIVE_PROXY], { env, stdio: 'ignore' });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await until('an answer of the naive proxy', () => answers(`http://127.0.0.1:${port}/`));
    return {
      kill: () => {
        child.kill('SIGKILL');
        return exited;
      },
    };
  });
}

async function startProxy(
  name: ProxyName,
  topic: string,
  start: (port: number) => Promise<Process>,
): Promise<ProxyUnderFault> {
  const port = await freePort();
  let process = await start(port);
  onTestFinished(() => process.kill());
  return {
    name,
    topic,
    url: `http://127.0.0.1:${port}/send`,
    kill: () => process.kill(),
    start: async () => {
      process = await start(port);
    },
  };
}

/** Waits until a process is ready. If the process ends or is not ready in time, kills it and shows what it printed. */
async function orKilled(running: Running, ready: Promise<unknown>): Promise<void> {
  const isReady = await Promise.race([ready.then(() => true), running.ended.then(() => false)]).catch(
    () => false,
  );
  if (isReady) return;
  await kill(running);
  const { code, stdout, stderr } = await running.ended;
  throw new Error(`qbl serve is not ready, and ended with ${code}:\n${stdout}${stderr}`);
}

function isOk(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
