import { open } from 'node:fs/promises';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { IN_BODY } from '../../src/message/placement.ts';
import { writeMessage } from '../../src/message/write.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { beginRun, endRun } from '../../src/runs/documents/run-json.ts';
import { makeRunFolder, runFiles, runFolder } from '../../src/runs/run-folder.ts';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { jtlRow } from '../../src/samples/jtl/jtl-writer.ts';
import { type Sample, threadName } from '../../src/samples/sample.ts';

const THREADS = 1_000;
/** Number of messages in one send: one batch for each partition. */
const MESSAGES_IN_A_SEND = 12_000;
const ROWS_IN_A_WRITE = 2_000;

/** The messages of a big run, and how the topic stores them. */
export interface Load {
  readonly fields: string;
  readonly partitions: number;
  readonly compression: CompressionTypes;
}

export const SHORT: Load = {
  fields: '{"id":"3f0a2c44-5f1e-4e0b-9e8c-1d2f3a4b5c6d","mensaje":"Mensaje del usuario","usuario":7}',
  partitions: 6,
  compression: CompressionTypes.None,
};

/** Messages of 2 KB. A compressed fetch unpacks to much more than its size. */
export const DENSE: Load = {
  fields: `{"mensaje":"${'Mensaje del usuario '.repeat(110)}"}`,
  partitions: 24,
  compression: CompressionTypes.GZIP,
};

/** Creates a run with its samples and messages, without waiting for a sender. */
export async function makeBigRun(
  runs: string,
  run: string,
  queue: string,
  messages: number,
  load: Load,
): Promise<void> {
  const folder = runFolder(runs, run);
  await makeRunFolder(folder);
  const plan = planOf(load.fields, Math.ceil(messages / THREADS));
  const record = await beginRun(folder, { sender: 'test', plan, queue, qblVersion: '0' });
  const beganAtMs = Date.now();
  await produce(queue, run, messages, load, beganAtMs);
  await writeSamples(runFiles(folder).samples, messages, beganAtMs);
  await endRun(folder, record, 'completed', messages);
}

/**
 * Returns the place of the i-th message. First comes the first loop of every thread, then the second loop of
 * every thread, and so on.
 */
function placeOf(i: number) {
  return { group: 1, thread: (i % THREADS) + 1, loop: Math.floor(i / THREADS) + 1, request: 1 };
}

/**
 * The send time of the i-th message. Producing all messages takes longer than the time between the first and the last
 * send time. So the run ends after all send times.
 */
function sentAtMs(beganAtMs: number, i: number): number {
  return beganAtMs + i / 128;
}

async function produce(
  queue: string,
  run: string,
  messages: number,
  load: Load,
  beganAtMs: number,
): Promise<void> {
  const { fields, partitions, compression } = load;
  const { host, pathname } = new URL(queue);
  const kafka = new Kafka({ brokers: [host], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: pathname.slice(1), numPartitions: partitions }] });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let from = 0; from < messages; from += MESSAGES_IN_A_SEND) {
    const size = Math.min(MESSAGES_IN_A_SEND, messages - from);
    const ours = Array.from({ length: size }, (_, i) => ({
      partition: Math.floor((i * partitions) / size),
      value: writeMessage(fields, { run, ...placeOf(from + i) }, sentAtMs(beganAtMs, from + i)),
    }));
    await producer.send({ topic: pathname.slice(1), compression, messages: ours });
  }
  await producer.disconnect();
}

async function writeSamples(path: string, messages: number, beganAtMs: number): Promise<void> {
  const file = await open(path, 'w');
  await file.write(`${JTL_HEADER}\n`);
  for (let from = 0; from < messages; from += ROWS_IN_A_WRITE) {
    const size = Math.min(ROWS_IN_A_WRITE, messages - from);
    await file.write(Array.from({ length: size }, (_, i) => jtlRow(sampleOf(from + i, beganAtMs))).join(''));
  }
  await file.close();
}

function sampleOf(i: number, beganAtMs: number): Sample {
  const { group, thread, loop } = placeOf(i);
  return {
    timeStampMs: Math.floor(sentAtMs(beganAtMs, i)),
    elapsedMs: 1 + (i % 90),
    label: 'R',
    responseCode: '200',
    responseMessage: 'Mensaje enviado a Kafka',
    threadName: threadName('Usuarios simulados', group, thread),
    success: true,
    failureMessage: '',
    bytes: 221,
    sentBytes: 387,
    grpThreads: THREADS,
    allThreads: THREADS,
    url: 'http://localhost:3000/send',
    latencyMs: 1,
    idleTimeMs: 0,
    connectMs: 0,
    loop,
  };
}

function planOf(body: string, loops: number): Plan {
  const request = { name: 'R', url: 'http://localhost:3000/send', headers: {}, body, timeoutMs: 0 };
  const group = { name: 'Usuarios simulados', threads: THREADS, loops, durationMs: null, rampUpMs: 0 };
  const requests = [{ ...request, method: 'POST' as const }];
  const threadGroups = [{ ...group, onSampleError: 'continue' as const, requests }];
  return { name: 'big', rate: null, identity: IN_BODY, threadGroups };
}
