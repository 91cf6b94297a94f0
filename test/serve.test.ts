import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { Agent, fetch, type Response } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningBroker, startBroker } from '../src/broker/broker.ts';
import { openQueue } from '../src/queue/open.ts';
import { outcomeOf } from '../src/samples/outcome.ts';
import { type RunningServe, type ServeOptions, startServe } from '../src/serve/serve.ts';
import { startKafkaProxy } from './kafka-proxy.ts';

const TOPIC = 'stress-topic';
const COMPLETE_WITHIN_MS = 20_000;

let directory: string;
let broker: RunningBroker;
let clients: Agent;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-serve-'));
  broker = await start();
  clients = new Agent();
});

afterEach(async () => {
  // Close the clients' connections before serve closes, because only one of these tests is about closing.
  await clients.destroy();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await broker.close();
  await rm(directory, { recursive: true, force: true });
});

function start(port = 0): Promise<RunningBroker> {
  return startBroker({
    host: '127.0.0.1',
    port,
    dataDirectory: directory,
    fsync: 'never',
    log: () => {},
  });
}

async function serveAt(port: number, options: Partial<ServeOptions> = {}): Promise<RunningServe> {
  const queue = await openQueue(`kafka://127.0.0.1:${port}/${TOPIC}`);
  const serve = await startServe({ queue, port: 0, log: () => {}, ...options });
  cleanups.push(() => serve.close());
  return serve;
}

async function isReady({ urls: [url] }: RunningServe): Promise<boolean> {
  return (await fetch(`${url}/readyz`, { dispatcher: clients })).ok;
}

function untilReady(serve: RunningServe, ready: boolean): Promise<void> {
  return expect.poll(() => isReady(serve), { timeout: COMPLETE_WITHIN_MS }).toBe(ready);
}

function post({ urls: [url] }: RunningServe, body: string): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(`${url}/send`, { method: 'POST', headers, body, dispatcher: clients });
}

/** All messages in the topic, as qbl reads them. */
async function readAll(): Promise<string[]> {
  const queue = await openQueue(`kafka://127.0.0.1:${broker.port}/${TOPIC}`);
  const values: string[] = [];
  const reader = await queue.openReader({
    from: { kind: 'beginning' },
    consume: false,
    onDeliveries: (deliveries) => values.push(...deliveries.map(({ value }) => value?.toString() ?? '')),
    name: 'test',
  });
  const drain = await reader.drain(performance.now() + COMPLETE_WITHIN_MS, new AbortController().signal);
  await queue.close();
  expect(drain.complete).toBe(true);
  return values;
}

test('a message reaches any consumer byte for byte, at the reported place', async () => {
  const serve = await serveAt(broker.port);
  await untilReady(serve, true);
  const body = ' {"niño": "año 🌊",\t"n": 1.50, "n": 2 }\n';
  const response = await post(serve, body);
  expect(response.status).toBe(200);

  const kafka = new Kafka({ brokers: [`127.0.0.1:${broker.port}`], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: 'somebody', maxWaitTimeInMs: 100 });
  await consumer.connect();
  cleanups.push(() => consumer.disconnect());
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  const received: string[] = [];
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      received.push(`${partition}/${message.offset} ${message.value?.toString()}`);
    },
  });
  await expect.poll(() => received, { timeout: COMPLETE_WITHIN_MS }).toHaveLength(1);
  const place = `${response.headers.get('qbl-partition')}/${response.headers.get('qbl-offset')}`;
  expect(received).toEqual([`${place} ${body}`]);
});

test('starts without a broker, and serves when one appears', async () => {
  const { port } = broker;
  await broker.close();
  const lines: string[] = [];
  const serve = await serveAt(port, { log: (line) => lines.push(line) });
  const refused = await post(serve, '{"early":1}');
  expect([refused.status, refused.statusText]).toEqual([503, 'Not Enqueued']);
  await expect.poll(() => lines.join('\n')).toContain('ECONNREFUSED');
  expect(await isReady(serve)).toBe(false);

  broker = await start(port);
  await untilReady(serve, true);
  expect((await post(serve, '{"late":1}')).status).toBe(200);
  expect(await readAll()).toEqual(['{"late":1}']);
});

test('no answer is wrong when the broker is lost under load and comes back', async () => {
  let proxy = await startKafkaProxy(broker);
  cleanups.push(() => proxy.close());
  const serve = await serveAt(proxy.port, { timeoutMs: 1_500 });
  await untilReady(serve, true);

  const outcomes = new Map<string, string>();
  const statuses = new Set<number>();
  const send = async (body: string) => {
    const response = await post(serve, body);
    await response.text();
    statuses.add(response.status);
    outcomes.set(
      body,
      outcomeOf({
        responseCode: String(response.status),
        responseMessage: response.statusText,
        success: response.ok,
      }),
    );
  };
  let stopped = false;
  const client = async (name: number) => {
    for (let n = 0; !stopped; n++) await send(JSON.stringify({ name, n }));
  };
  const sending = Array.from({ length: 20 }, (_, name) => client(name));
  const acked = () => [...outcomes.values()].filter((outcome) => outcome === 'acked').length;
  for (let outage = 1; outage <= 3; outage++) {
    await expect.poll(acked, { timeout: COMPLETE_WITHIN_MS }).toBeGreaterThan(outage * 200);
    const { port } = proxy;
    await proxy.close();
    await untilReady(serve, false);
    await send(JSON.stringify({ outage }));
    // The last outage lasts until the proxy gives up the requests in flight.
    if (outage === 3) await expect.poll(() => [...statuses], { timeout: COMPLETE_WITHIN_MS }).toContain(504);
    proxy = await startKafkaProxy(broker, port);
    await untilReady(serve, true);
  }
  stopped = true;
  await Promise.all(sending);

  expect(statuses).toContain(503);
  for (const status of statuses) expect([200, 502, 503, 504]).toContain(status);
  const stored = await readAll();
  expect(new Set(stored).size).toBe(stored.length);
  const isStored = new Set(stored);
  for (const [body, outcome] of outcomes) {
    if (outcome === 'acked') expect(isStored, `acked ${body}`).toContain(body);
    if (outcome === 'rejected') expect(isStored, `rejected ${body}`).not.toContain(body);
  }
});

test('closing under load answers and stores all accepted messages', async () => {
  const serve = await serveAt(broker.port);
  await untilReady(serve, true);
  const answers = Array.from({ length: 200 }, (_, n) =>
    post(serve, JSON.stringify({ n })).then(
      ({ status }) => status,
      () => 'not accepted' as const,
    ),
  );
  await answers[0];
  await serve.close();
  const statuses = await Promise.all(answers);
  const acked = statuses.filter((status) => status === 200).length;
  expect(acked).toBeGreaterThan(0);
  expect(await readAll()).toHaveLength(acked);
});
