import { type Broker, startBroker } from './broker.ts';
import { type Running, startQbl } from './qbl.ts';
import { until } from './until.ts';

/** The processes of an experiment, each started as a user would start it. */
export interface Parts {
  readonly folder: string;
  readonly broker: Broker;
  readonly topic: string;
  readonly queue: string;
  readonly serve: Running;
  /** The URL to which messages are sent. */
  readonly url: string;
}

const TOPIC = 'by-hand';

/** Starts a broker, and a proxy that is ready to accept messages. */
export async function startParts(folder: string): Promise<Parts> {
  const broker = await startBroker(folder);
  const queue = `kafka://${broker.address}/${TOPIC}`;
  return { folder, broker, topic: TOPIC, queue, ...(await startServe(folder, queue)) };
}

/** Starts a proxy, and resolves when it is connected to the queue. */
export async function startServe(
  folder: string,
  queue: string,
  port = '0',
): Promise<{ serve: Running; url: string }> {
  const args = ['serve', '--host', '127.0.0.1', '--port', port, '--queue', queue, '--timeout', '2s'];
  const serve = startQbl(args, { folder });
  const origin = new URL(await serve.line(/serving POST \/send on (\S+)/)).origin;
  await until('a proxy that is ready', async () => (await fetch(`${origin}/readyz`)).ok);
  return { serve, url: `${origin}/send` };
}

/** Starts a tap, which reads the queue live. Call it before the first send. */
export async function startTap({ folder, queue }: Parts): Promise<Running> {
  const tap = startQbl(['verify', '--follow', '--run', 'mine', '--queue', queue, '--json'], { folder });
  await tap.line(/following/);
  return tap;
}

export function startBlast(
  { folder, queue, url }: Parts,
  size: { threads: number; loops: number; rate: number },
): Running {
  // A busy machine may not reach the rate. The messages are then only spread over a longer time, which is
  // accepted here.
  const run = ['--run', 'mine', '--rate-tolerance', '100%'];
  const options = Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startQbl(['blast', ...run, '--queue', queue, '--url', url, ...options], { folder });
}
