import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Broker, startBroker } from './support/broker.ts';
import { connectProducer, kafka, storedMessages } from './support/kafka.ts';
import { kill, qbl, type Running, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { expectUsageError } from './support/usage-error.ts';

const TOPIC = 'orders';
const RUN = 'mine';
const PARTITIONS = 3;

interface Row {
  readonly [column: string]: string;
}

interface Bed {
  readonly folder: string;
  readonly broker: Broker;
  start(...args: string[]): Promise<Running>;
  send(from: number, to: number, run?: string): Promise<void>;
  receipts(): Promise<Row[]>;
  timeline(): Promise<Row[]>;
  service(): Promise<Record<string, unknown>>;
}

async function bed(): Promise<Bed> {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const admin = kafka(broker.address).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }] });
  await admin.disconnect();
  const file = (name: string) => join(folder, 'runs', RUN, name);
  return {
    folder,
    broker,
    start: async (...args) => {
      const running = startQbl(['consume', ...at(broker), '--run', RUN, ...args], { folder });
      await running.line(/consuming kafka:/);
      return running;
    },
    send: (from, to, run = RUN) => sendMessages(broker, from, to, run),
    receipts: () => rowsOf(file('receipts.csv')),
    timeline: () => rowsOf(file('timeline.csv')),
    service: async () => JSON.parse(await readFile(file('service.json'), 'utf8')),
  };
}

function at({ address }: Broker): string[] {
  return ['--queue', `kafka://${address}/${TOPIC}`];
}

/** Sends the messages of a run for thread 1, with the loops from `from` to `to`. */
async function sendMessages(broker: Broker, from: number, to: number, run: string): Promise<void> {
  const producer = await connectProducer(broker.address);
  const messages = Array.from({ length: to - from }, (_, index) => ({
    value: messageOf(from + index, run),
    partition: index % PARTITIONS,
  }));
  await producer.send({ topic: TOPIC, messages });
  await producer.disconnect();
}

/** These tests read only the identity, so the checksum can be invalid. */
function messageOf(loop: number, run: string): string {
  const claim = { run, group: 1, thread: 1, loop, request: 1, sentAt: String(Date.now()), sum: 'none' };
  return JSON.stringify({ order: loop, qbl: claim });
}

/**
 * Returns the complete rows of a CSV file, each as an object with the column names as keys. Leaves out a row that a
 * killed writer left incomplete.
 */
async function rowsOf(file: string): Promise<Row[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [header = '', ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const names = header.split(',');
  return lines
    .map((line) => line.split(','))
    .filter((cells) => cells.length === names.length)
    .map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])));
}

function loopsOf(rows: readonly Row[], outcome = 'processed'): number[] {
  const chosen = rows.filter((row) => row['outcome'] === outcome);
  return chosen.map((row) => Number(row['loop'])).sort((a, b) => a - b);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Waits until each message was processed at least once. */
function untilProcessed(it: Bed, count: number): Promise<unknown> {
  return until(
    `receipts of ${count} messages`,
    async () => new Set(loopsOf(await it.receipts())).size >= count,
    60_000,
  );
}

async function stop(running: Running): Promise<{ code: number | null; stdout: string }> {
  running.signal('SIGINT');
  return running.ended;
}

describe('qbl consume', () => {
  test('processes each message once, writes receipts, and ends cleanly', async () => {
    const it = await bed();
    await it.send(1, 101);
    const service = await it.start('--instances', '2', '--concurrency', '4', '--work', 'uniform:1ms..5ms');
    await it.send(101, 201);
    await untilProcessed(it, 200);
    const { code, stdout } = await stop(service);
    expect(code).toBe(0);
    expect(stdout).toMatch(/processed\s+200\s+attempts\s+200/);
    const receipts = await it.receipts();
    expect(loopsOf(receipts)).toEqual(upTo(200));
    expect(receipts[0]).toMatchObject({ run: RUN, group: '1', thread: '1', request: '1', attempt: '1' });
    for (const { arrived, started, finished } of receipts) {
      expect(Number(started)).toBeGreaterThanOrEqual(Number(arrived));
      expect(Number(finished)).toBeGreaterThan(Number(started));
    }
    expect(await it.service()).toMatchObject({
      end: { processed: 200, attempts: 200, failed: 0 },
      earlier: [],
    });
    const last = (await it.timeline()).at(-1);
    expect(last).toMatchObject({ processed: '200', backlog: '0', oldestAge: '0' });
  });

  test('counts only the messages of its own run', async () => {
    const it = await bed();
    await it.send(1, 61, 'earlier');
    const service = await it.start('--rate', '100', '--drain');
    await until('some receipts', async () => (await it.receipts()).length > 0);
    const sentAtMs = Date.now();
    await it.send(1, 21);
    await untilProcessed(it, 20);
    const { stdout } = await stop(service);
    expect(stdout).toMatch(/processed\s+20\s+attempts\s+20/);
    expect(stdout).toMatch(/of other runs\s+60/);
    const { end } = (await it.service()) as { end: Record<string, number> };
    expect(end).toMatchObject({ processed: 20, attempts: 20, others: 60, waitSince: 'queue' });
    expect(end['peakBacklog']).toBeLessThanOrEqual(20);
    expect(end['lastEndMs']).toBeGreaterThan(sentAtMs);
    expect(end['longestWaitMs']).toBeLessThan(Date.now() - sentAtMs);
    expect((await it.timeline()).at(-1)).toMatchObject({ processed: '20', others: '60', backlog: '0' });
  });

  test('leaves deleted messages out of its largest backlog', async () => {
    const it = await bed();
    await it.send(1, 301);
    const admin = kafka(it.broker.address).admin();
    await admin.connect();
    const partitions = (offset: string) => [0, 1, 2].map((partition) => ({ partition, offset }));
    await admin.setOffsets({ groupId: 'qbl-service', topic: TOPIC, partitions: partitions('10') });
    await admin.deleteTopicRecords({ topic: TOPIC, partitions: partitions('100') });
    await admin.disconnect();
    const service = await it.start('--drain');
    await it.send(301, 306);
    await untilProcessed(it, 5);
    await stop(service);
    expect(await it.service()).toMatchObject({ end: { processed: 5 } });
    const { end } = (await it.service()) as { end: Record<string, number> };
    expect(end['peakBacklog']).toBeLessThanOrEqual(5);
  });

  test('starts attempts no faster than its rate', async () => {
    const it = await bed();
    await it.send(1, 201);
    const service = await it.start('--rate', '50', '--concurrency', '4');
    await untilProcessed(it, 100);
    await stop(service);
    const starts = (await it.receipts()).map(({ started }) => Number(started)).sort((a, b) => a - b);
    const first = starts[0] ?? 0;
    for (const [index, start] of starts.entries()) {
      // If an attempt starts late by at most 20 ms, the later start times stay the same. So after a late first attempt,
      // later ones can seem too early, but by less than 50 ms.
      expect(start - first).toBeGreaterThan(index * 20 - 50);
    }
  });

  test('processes messages that a killed service did not acknowledge', async () => {
    const it = await bed();
    await it.send(1, 301);
    const first = await it.start('--rate', '100', '--concurrency', '4');
    await until('some receipts', async () => (await it.receipts()).length > 50);
    await kill(first);
    expect(await it.service()).toMatchObject({ end: null });
    const second = await it.start('--concurrency', '4');
    await untilProcessed(it, 300);
    await stop(second);
    expect(await it.service()).toMatchObject({ end: { deadLettered: 0 }, earlier: [{ end: null }] });
  });

  test('retries failed messages, then sends them to the dead-letter topic', async () => {
    const it = await bed();
    await it.send(1, 21);
    const service = await it.start('--fail', '100%', '--max-attempts', '2', '--concurrency', '4');
    await until('dead letters', async () => loopsOf(await it.receipts(), 'dead-lettered').length === 20);
    await stop(service);
    const receipts = await it.receipts();
    expect(loopsOf(receipts, 'failed')).toEqual(upTo(20));
    expect(loopsOf(receipts, 'dead-lettered')).toEqual(upTo(20));
    expect(await storedMessages(it.broker.address, `${TOPIC}.dead-letter`)).toBe(20);
    expect(await it.service()).toMatchObject({ end: { processed: 0, failed: 40, deadLettered: 20 } });
  });

  test('refuses dead letters in the consumed queue under another URL', async () => {
    const it = await bed();
    const own = `kafka://${it.broker.address.replace('127.0.0.1', 'localhost')}/${TOPIC}`;
    const queue = ['--queue', `kafka://${it.broker.address}/${TOPIC}`];
    const refused = await qbl(['consume', ...queue, '--fail', '1%', '--dead-letter', own], {
      folder: await tempFolder(),
    });
    expectUsageError(refused);
    expect(refused.stderr).toContain('--dead-letter names the consumed queue itself');
  });

  test('takes no messages during an outage, while the backlog grows', async () => {
    const it = await bed();
    const service = await it.start('--outage', '500ms..1h');
    await it.send(1, 4);
    await service.line(/an outage begins/);
    await it.send(4, 31);
    await until('a backlog of all that is not processed', async () => {
      const processed = loopsOf(await it.receipts()).length;
      return (await it.timeline()).at(-1)?.['backlog'] === String(30 - processed);
    });
    await stop(service);
    expect(upTo(3)).toEqual(expect.arrayContaining(loopsOf(await it.receipts())));
  });

  test('processes messages that arrived during an outage', async () => {
    const it = await bed();
    const service = await it.start('--outage', '500ms..2s');
    await it.send(1, 4);
    await service.line(/an outage begins/);
    await it.send(4, 31);
    await service.line(/the outage is over/);
    await untilProcessed(it, 30);
    await stop(service);
  });

  test('finishes messages in flight before it stops, and with --drain the whole queue', async () => {
    const it = await bed();
    await it.send(1, 101);
    const first = await it.start('--work', '50ms');
    await until('some receipts', async () => (await it.receipts()).length > 3);
    expect((await stop(first)).code).toBe(0);
    const done = loopsOf(await it.receipts()).length;
    expect(done).toBeLessThan(100);
    const second = await it.start('--work', '5ms', '--drain');
    expect((await stop(second)).code).toBe(0);
    expect(loopsOf(await it.receipts())).toEqual(upTo(100));
  });

  test('serves its health and its metrics', async () => {
    const it = await bed();
    await it.send(1, 11);
    const service = await it.start('--port', '0');
    const url = await service.line(/health and metrics on (\S+)/);
    await untilProcessed(it, 10);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/orders`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
    await until('metrics', async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return /^qbl_consume_processed_total 10$/m.test(text) && /^qbl_consume_backlog_messages 0$/m.test(text);
    });
    await stop(service);
  });

  test('drops clients that stay silent or send many requests without waiting', async () => {
    const it = await bed();
    const service = await it.start('--port', '0');
    const url = new URL(await service.line(/health and metrics on (\S+)/));
    const clients = Array.from({ length: 250 }, () => connect(Number(url.port), url.hostname));
    const closed = clients.map((client) => {
      client.on('error', () => {});
      return new Promise((resolve) => client.resume().once('close', resolve));
    });
    clients[0]?.write(`GET /metrics HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`.repeat(1_000));
    await Promise.all(closed);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    await stop(service);
  });

  test('ends when its port is in use, even with an open dead-letter queue', async () => {
    const it = await bed();
    const other = await it.start('--port', '0');
    const url = await other.line(/health and metrics on (\S+)/);
    const args = ['consume', ...at(it.broker), '--fail', '1%', '--port', new URL(url).port];
    const { code, stderr } = await qbl(args, { folder: it.folder });
    expect(code).toBe(4);
    expect(stderr).toContain('in use');
    await stop(other);
  });

  test('ends when the broker refuses the group', async () => {
    const it = await bed();
    const { code, stderr } = await qbl(['consume', ...at(it.broker), '--group='], { folder: it.folder });
    expect(code).toBe(4);
    expect(stderr).toContain('INVALID_GROUP_ID');
  });

  test('refuses to add receipts of one group to those of another', async () => {
    const it = await bed();
    await it.send(1, 6);
    await stop(await it.start('--group', 'orders'));
    const other = ['consume', ...at(it.broker), '--run', RUN, '--group', 'invoices'];
    const line = expectUsageError(await qbl(other, { folder: it.folder }));
    expect(line).toContain('--group "invoices": the run "mine" already has receipts of the group "orders"');
    await stop(await it.start('--group', 'orders'));
    expect(await it.service()).toMatchObject({ options: { group: 'orders' }, earlier: [{}] });
  });

  test('prints service.json with --json', async () => {
    const it = await bed();
    await it.send(1, 6);
    const service = await it.start('--json', '--drain');
    const { stdout } = await stop(service);
    expect(JSON.parse(stdout)).toEqual(await it.service());
  });

  test.each([
    ['--work', 'quick'],
    ['--outage', '15s..5s'],
    ['--fail', '200%'],
    ['--rate', '0'],
    ['--concurrency', '0'],
    ['--run', 'a', '--receipts', 'b.csv'],
    ['--max-attempts', '3'],
    ['--fail', '0%', '--dead-letter', 'kafka://127.0.0.1:9092/dead'],
    [
      '--fail',
      '1%',
      '--dead-letter',
      'kafka://127.0.0.1:9092/stress-topic',
      '--queue',
      'kafka://127.0.0.1/stress-topic',
    ],
  ])('refuses %s %s %s in one line', async (...args) => {
    expectUsageError(await qbl(['consume', ...args], { folder: await tempFolder() }));
  });
});
