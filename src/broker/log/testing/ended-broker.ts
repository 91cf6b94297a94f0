import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BrokerOptions } from '../../broker.ts';
import { repairData } from '../../repair.ts';
import { batchOf, payloadsOf } from '../../testing/batches.ts';
import { fetchFrom, produceTo, TestBroker, touchTopic } from '../../testing/test-broker.ts';
import { stampBatch } from '../record-batch.ts';

export const PAYLOADS = ['one', 'two', 'three'];
/** Size of each batch: 61 bytes of header plus the payload. */
export const BATCH_BYTES = PAYLOADS.map((payload) => 61 + payload.length);

/** A running broker with three batches of two records in its only partition. */
export async function filled(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const broker = await TestBroker.start({ partitions: 1, ...options });
  const client = await broker.client();
  await touchTopic(client, 't');
  for (const payload of PAYLOADS) {
    await produceTo(client, 't', batchOf({ payload: Buffer.from(payload), count: 2 }));
  }
  return broker;
}

export async function killed() {
  const broker = await (await filled()).killedCopy();
  const [log = ''] = await broker.logFiles();
  return { broker, log };
}

export async function stopped() {
  const broker = await filled();
  await broker.stop();
  const [log = ''] = await broker.logFiles();
  return { broker, log };
}

/** Simulates a crash of the machine: removes the file that names the present boot of the operating system. */
export async function cutOff() {
  const { broker, log } = await killed();
  await rm(join(broker.dataDirectory, 'state.json'));
  return { broker, log };
}

export function placedAt(baseOffset: number): Buffer {
  const batch = batchOf();
  stampBatch(batch, baseOffset, Date.now());
  return batch;
}

export async function flipByte(path: string, position: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[position] = (bytes[position] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}

export async function contentOf(broker: TestBroker) {
  const client = await broker.client();
  const { records, highWatermark } = await fetchFrom(client, 't');
  return { payloads: payloadsOf(records), highWatermark, client };
}

export async function repair(broker: TestBroker): Promise<string[]> {
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  expect(await repairData({ dataDirectory: broker.dataDirectory, report })).toBe(lines.length);
  return lines;
}
