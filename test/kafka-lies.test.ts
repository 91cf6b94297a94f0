import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import type { ConsumerOptions, Queue, Sender, SendOutcome } from '../src/queue/queue.ts';
import type { Delivery } from '../src/queue/reader.ts';
import { bed, numbers, upTo, values } from './kafka-bed.ts';
import {
  type Api,
  LIES,
  type Lie,
  namingBrokerAt,
  startLyingKafka,
  startSilentListener,
} from './lying-kafka.ts';
import { inMs } from './support/deadline.ts';
import { until } from './support/until.ts';

/** How long a broker continues to lie after the first lie. */
const LYING_MS = 1_500;
/**
 * Time limit for the recovery. A client waits twice for a missing answer, and a reader's time-out is 10 s.
 */
const RECOVERY_MS = 60_000;
/** Timeout of each test, which covers many cases. */
const TIMEOUT_MS = 400_000;

interface Case {
  readonly name: string;
  readonly api: Api;
  readonly lie: Lie;
}

function casesOf(apis: readonly Api[]): Case[] {
  return apis.flatMap((api) =>
    Object.entries(LIES).map(([name, lie]) => ({ name: `${api}: ${name}`, api, lie })),
  );
}

let topics = 0;

/** A new signal for each reader: Node warns if more than ten listeners share one signal. */
function notAborted(): AbortSignal {
  return new AbortController().signal;
}

/** A queue behind a proxy that is honest at first. */
interface Stage {
  readonly queue: Queue;
  readonly topic: string;
  /** Makes the proxy lie for a while. Resolves when the proxy is honest again. */
  lie(): Promise<void>;
}

async function onStage(
  { api, lie }: Case,
  work: (stage: Stage) => Promise<string | null>,
): Promise<string | null> {
  const kafka = await startLyingKafka(bed.broker, api, lie);
  const topic = `lies-${++topics}`;
  const queue = await openQueue(`kafka://127.0.0.1:${kafka.port}/${topic}`);
  const lieForAWhile = async () => {
    kafka.honest = false;
    await until('the first lie', () => kafka.lies > 0);
    await sleep(LYING_MS);
    kafka.honest = true;
  };
  try {
    return await work({ queue, topic, lie: lieForAWhile });
  } finally {
    await queue.close();
    await kafka.close();
  }
}

/**
 * Number of concurrent cases. The cases mostly wait for timeouts. But if all cases ran at once, they would slow the
 * broker down.
 */
const AT_ONCE = 24;

/** Runs the work for every case. Returns the cases that failed, with their failures. */
async function failuresAmong(
  cases: readonly Case[],
  work: (it: Case) => Promise<string | null>,
): Promise<string[]> {
  const left = [...cases];
  const failures: string[] = [];
  const workOff = async () => {
    for (let it = left.shift(); it !== undefined; it = left.shift()) {
      const failure = await work(it).catch((error: unknown) => String(error));
      if (failure !== null) failures.push(`${it.name}: ${failure}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
  return failures;
}

async function untilAcked(sender: Sender, value: Buffer): Promise<boolean> {
  const deadlineMs = inMs(RECOVERY_MS);
  while (performance.now() < deadlineMs) {
    const [outcome] = await sender.send([{ key: null, value }], inMs(2_000));
    if (outcome?.kind === 'acked') return true;
    await sleep(100);
  }
  return false;
}

/** Stores this number of messages in the topic, through the honest broker. The messages are numbered from 0. */
async function store(topic: string, count: number): Promise<void> {
  const queue = await openQueue(`kafka://127.0.0.1:${bed.broker.port}/${topic}`);
  const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
  await until('the sender is connected', () => sender.connected);
  for (let n = 0; n < count; n++) await sender.send(numbers(n, n + 1), inMs(10_000));
  await queue.close();
}

/** Reads the topic's numbers from the honest broker. */
async function stored(topic: string): Promise<number[]> {
  const queue = await openQueue(`kafka://127.0.0.1:${bed.broker.port}/${topic}`);
  const read: Delivery[] = [];
  const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
  const reader = await queue.openReader({
    from: { kind: 'beginning' },
    consume: false,
    onDeliveries,
    name: 'honest',
  });
  await reader.drain(inMs(20_000), notAborted());
  await queue.close();
  return values(read);
}

/**
 * Sends while the broker lies and afterwards. Acknowledged messages must be stored, and refused messages must not be
 * stored.
 * @param when when the lies start
 */
function sendsThrough(it: Case, when: 'at first' | 'once connected'): Promise<string | null> {
  return onStage(it, async ({ queue, topic, lie }) => {
    const early = when === 'at first' ? lie() : null;
    const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
    if (early === null) await until('the sender is connected', () => sender.connected);
    const outcomes: (SendOutcome | undefined)[] = [];
    let lying = true;
    void (early ?? lie()).then(() => {
      lying = false;
    });
    while (lying) {
      const value = Buffer.from(String(outcomes.length));
      outcomes.push(...(await sender.send([{ key: null, value }], inMs(500))));
      await sleep(20);
    }
    if (!(await untilAcked(sender, Buffer.from('1000000')))) return 'the sender does not recover';
    await sender.close();
    const there = new Set(await stored(topic));
    const lost = outcomes.findIndex((outcome, n) => outcome?.kind === 'acked' && !there.has(n));
    const phantom = outcomes.findIndex((outcome, n) => outcome?.kind === 'refused' && there.has(n));
    if (lost >= 0) return `message ${lost} is acked but lost`;
    return phantom >= 0 ? `message ${phantom} is refused but stored` : null;
  });
}

/** Answers to Metadata that give a wrong address for the broker. */
function placesOf(silentPort: number): Case[] {
  const places = { 'a silent address': silentPort, 'a closed port': 1, 'port 0': 0, 'port 70000': 70_000 };
  return Object.entries(places).map(([name, place]) => {
    const lie: Lie = (frame, client) => namingBrokerAt(place, client.localPort ?? 0)(frame, client);
    return { name: `metadata: ${name}`, api: 'metadata', lie };
  });
}

describe('a sender survives a lying broker', () => {
  test('a sender survives a broker that lies in any answer from the start', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const cases = casesOf(['apiVersions', 'metadata', 'initProducerId', 'produce']);
    expect(await failuresAmong(cases, (it) => sendsThrough(it, 'at first'))).toEqual([]);
  });

  test('a sender survives a broker that lies in any answer after the connection', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const cases = casesOf(['metadata', 'produce']);
    expect(await failuresAmong(cases, (it) => sendsThrough(it, 'once connected'))).toEqual([]);
  });

  test('a sender survives a broker that gives wrong broker addresses', { timeout: TIMEOUT_MS }, async () => {
    const silent = await startSilentListener();
    const cases = placesOf(silent.port);
    expect(await failuresAmong(cases, (it) => sendsThrough(it, 'at first'))).toEqual([]);
    expect(await failuresAmong(cases, (it) => sendsThrough(it, 'once connected'))).toEqual([]);
    await silent.close();
  });

  test('a sender survives a bootstrap address that never answers', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const silent = await startSilentListener();
    const queue = await openQueue(`kafka://127.0.0.1:${silent.port},127.0.0.1:${bed.broker.port}/bootstrap`);
    const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
    expect(await untilAcked(sender, Buffer.from('1'))).toBe(true);
    await queue.close();
    await silent.close();
  });
});

/** Reads while the broker lies and afterwards. In the end, each message must have been read exactly once. */
async function readsThrough(it: Case): Promise<string | null> {
  return onStage(it, async ({ queue, topic, lie }) => {
    await store(topic, 20);
    const honest = lie();
    const read: Delivery[] = [];
    const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
    const options = { from: { kind: 'beginning' } as const, consume: false, onDeliveries, name: 'lied-to' };
    const reader = await queue.openReader(options).catch(async () => {
      // Opening a reader can fail at once. Open the reader again when the broker is honest.
      await honest;
      return queue.openReader(options);
    });
    const drain = await reader.drain(inMs(RECOVERY_MS), notAborted());
    await honest;
    if (!drain.complete) return `the reading is incomplete: ${drain.reason}`;
    return String(values(read)) === String(upTo(20)) ? null : `the reader got ${values(read)}`;
  });
}

/**
 * Reads the queue to its end (drains it) while the broker gives false answers. If the reader says that it
 * read everything, this must be true.
 */
async function drainsDuring(it: Case): Promise<string | null> {
  return onStage(it, async ({ queue, topic, lie }) => {
    await store(topic, 20);
    const read: Delivery[] = [];
    const onDeliveries = (deliveries: readonly Delivery[]) => read.push(...deliveries);
    const options = { from: { kind: 'end' } as const, consume: false, onDeliveries, name: 'lied-to' };
    const reader = await queue.openReader(options);
    await store(topic, 5);
    const honest = lie();
    const during = await reader.drain(inMs(LYING_MS / 2), notAborted());
    const readDuring = read.length;
    await honest;
    return during.complete && readDuring < 5
      ? `the drain is reported complete after ${readDuring} of 5 messages`
      : null;
  });
}

/**
 * Consumes as a group member while the broker lies and afterwards. In the end, each message must have arrived at least
 * once.
 */
async function consumesThrough(it: Case): Promise<string | null> {
  return onStage(it, async ({ queue, topic, lie }) => {
    await store(topic, 20);
    const honest = lie();
    const taken = new Set<number>();
    const options: ConsumerOptions = {
      group: `group-${topic}`,
      maxInFlight: 5,
      onMessage: (message) => {
        taken.add(Number(message.value?.toString()));
        message.ack();
      },
      onConnection: () => {},
    };
    const consumer = await queue.openConsumer(options).catch(async () => {
      await honest;
      return queue.openConsumer(options);
    });
    await honest;
    const deadlineMs = inMs(RECOVERY_MS);
    while (taken.size < 20 && performance.now() < deadlineMs) await sleep(50);
    await consumer.close();
    return taken.size === 20 ? null : `the consumer got ${taken.size} of 20 messages`;
  });
}

test('a reader survives a broker that lies in any of its answers', { timeout: TIMEOUT_MS }, async () => {
  const cases = casesOf(['apiVersions', 'metadata', 'listOffsets', 'fetch']);
  expect(await failuresAmong(cases, readsThrough)).toEqual([]);
});

test('a reader never reports a queue as read to the end because of a lying broker', {
  timeout: TIMEOUT_MS,
}, async () => {
  const cases = casesOf(['metadata', 'listOffsets', 'fetch']);
  expect(await failuresAmong(cases, drainsDuring)).toEqual([]);
});

test('a group member survives a broker that lies in any of its answers', {
  timeout: TIMEOUT_MS,
}, async () => {
  const cases = casesOf([
    'findCoordinator',
    'joinGroup',
    'syncGroup',
    'offsetFetch',
    'fetch',
    'heartbeat',
    'offsetCommit',
    // Zeros are a valid answer to SyncGroup: the member gets no partitions.
  ]).filter(({ name }) => name !== 'syncGroup: a body of zeros');
  expect(await failuresAmong(cases, consumesThrough)).toEqual([]);
});
