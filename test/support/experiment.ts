import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Identity } from '../../src/message/identity.ts';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import { type Broker, spawnBroker } from './broker.ts';
import { connectProducer, createTopic } from './kafka.ts';
import { type Behaviour, type Enqueue, type Received, startLyingProxy } from './lying-proxy.ts';
import { type Ended, kill, qbl } from './qbl.ts';
import { makeTempFolder, removeFolder, tempFolder } from './temp-folder.ts';
import { countsOf, recordOf } from './verification.ts';

export const RUN = 'mine';
export const THREADS = 10;
export const LOOPS = 20;
export const SENT = THREADS * LOOPS;
/**
 * Arguments of verify for tests in which messages never arrive. With these arguments, verify does not wait long for
 * such messages.
 */
export const SETTLE_SOON = ['--settle', '500ms'];

/** The arguments of a `qbl run` that is not started yet. */
export interface Experiment {
  readonly folder: string;
  readonly args: readonly string[];
}

export interface Judged {
  readonly code: number | null;
  readonly record: VerifyRecord;
  /** Verifies the same run again, from the present content of the queue. */
  replay(...options: string[]): Promise<Omit<Judged, 'replay'>>;
}

export interface Laboratory {
  /** Sends through a proxy with the given behaviour, and verifies with a tap. */
  judge(behaviour: Behaviour, ...options: string[]): Promise<Judged>;
  prepare(behaviour: Behaviour, ...options: string[]): Promise<Experiment>;
  /** Prepares a run that sends to the test's own endpoint. */
  prepareAt(url: string, ...options: string[]): Promise<Experiment>;
}

/** Sets up a broker for the tests of one file. Each experiment gets its own topic. */
export function laboratory(): Laboratory {
  let folder: string;
  let broker: Broker;
  let producer: Producer;

  beforeAll(async () => {
    folder = await makeTempFolder();
    broker = await spawnBroker(folder);
    producer = await connectProducer(broker.address);
  });

  afterAll(async () => {
    await producer.disconnect();
    await kill(broker.process);
    await removeFolder(folder);
  });

  const newTopic = async () => {
    const topic = `topic-${randomUUID()}`;
    await createTopic(broker.address, topic);
    return topic;
  };
  const experiment = async (topic: string, url: string, options: readonly string[]) => {
    const parts = ['--queue', `kafka://${broker.address}/${topic}`, '--url', url];
    const size = ['--threads', String(THREADS), '--loops', String(LOOPS)];
    const args = ['run', '--run', RUN, ...parts, ...size, '--json', ...options];
    return { folder: await tempFolder(), args };
  };
  const prepare = async (behaviour: Behaviour, ...options: string[]) => {
    const topic = await newTopic();
    return experiment(topic, await startLyingProxy(producer, topic, behaviour), options);
  };
  return {
    prepare,
    prepareAt: async (url, ...options) => experiment(await newTopic(), url, options),
    judge: async (behaviour, ...options) => judged(await prepare(behaviour, ...options)),
  };
}

export async function judged({ folder, args }: Experiment): Promise<Judged> {
  const verdict = (ended: Ended) => ({ code: ended.code, record: recordOf(ended) });
  return {
    ...verdict(await qbl(args, { folder })),
    replay: async (...options) => verdict(await qbl(['verify', RUN, '--json', ...options], { folder })),
  };
}

/** Reads the queue again from the start of the run, and expects the verdict that the live reader gave. */
export async function expectSameByReplay(
  { code, record, replay }: Judged,
  ...options: string[]
): Promise<void> {
  const again = await replay(...options);
  expect(countsOf(again.record)).toEqual(countsOf(record));
  expect(again).toMatchObject({ code, record: { verdict: record.verdict } });
  expect([record.latencySource, again.record.latencySource]).toEqual(['received', 'LogAppendTime']);
}

export function kinds({ reasons }: VerifyRecord): string[] {
  return reasons.map(({ kind }) => kind);
}

export function identities(offenders: readonly { readonly identity: unknown }[]): unknown[] {
  return offenders.map(({ identity }) => identity);
}

export function identity(thread: number, loop: number): Identity {
  return { run: RUN, group: 1, thread, loop, request: 1 };
}

/** The identities of every 50th message. Messages are counted first by thread, then by loop. */
export const EVERY_50TH = [identity(3, 10), identity(5, 20), identity(8, 10), identity(10, 20)];

export function isEvery50th({ thread, loop }: Identity): boolean {
  return ((thread - 1) * LOOPS + loop) % 50 === 0;
}

/** Returns a behaviour of the proxy: it passes each message on, but treats some messages differently. */
export function except(isAffected: (identity: Identity) => boolean, behaviour: Behaviour): Behaviour {
  return (received, enqueue) =>
    isAffected(received.identity) ? behaviour(received, enqueue) : passOn(received, enqueue);
}

export async function passOn({ body }: Received, enqueue: Enqueue): Promise<number> {
  await enqueue(body);
  return 200;
}

/** A proxy that rewrites each message's text but is otherwise honest. */
export function rewriting(rewrite: (body: string) => string): Behaviour {
  return async ({ body }, enqueue) => {
    await enqueue(rewrite(body));
    return 200;
  };
}
