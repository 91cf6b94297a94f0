import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { kill, type Running, spawnQbl } from './qbl.ts';

export interface Broker {
  /** Host and port, in the form that Kafka clients expect. */
  readonly address: string;
  readonly port: number;
  readonly process: Running;
}

/** Starts an embedded broker with its data in the folder. It is killed when the test ends. */
export async function startBroker(folder: string, port = 0): Promise<Broker> {
  const broker = await spawnBroker(folder, port);
  onTestFinished(() => kill(broker.process));
  return broker;
}

/** Starts an embedded broker that the caller must stop. */
export async function spawnBroker(folder: string, port = 0): Promise<Broker> {
  const args = ['broker', '--port', String(port), '--data', join(folder, 'data'), '--fsync', 'never'];
  const process = spawnQbl(args, { folder });
  const address = await process.line(/broker ready: kafka:\/\/(\S+),/);
  return { address, port: Number(address.split(':')[1]), process };
}
