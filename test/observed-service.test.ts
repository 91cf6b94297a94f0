import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareRecord } from '../src/runs/documents/compare-json.ts';
import type { GroupEnd, ObservedGroupRecord } from '../src/runs/documents/observed-service-json.ts';
import { type Broker, spawnBroker } from './support/broker.ts';
import { startForeignService } from './support/foreign-service.ts';
import { connectProducer, createTopic, kafka } from './support/kafka.ts';
import { startLyingProxy } from './support/lying-proxy.ts';
import { type Ended, kill, qbl, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { makeTempFolder, removeFolder, tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { expectUsageError } from './support/usage-error.ts';
import { recordOf } from './support/verification.ts';

const RUN = ['run', '--run', 'mine', '--json', '--threads', '10', '--loops', '20'];
const FOLLOW = ['verify', '--follow', '--run', 'mine', '--json'];
const SENT = 200;
/** Arguments with a long --settle, because a busy machine may pause a service that makes progress. */
const PATIENT = ['--settle', '60s'];

let home: string;
let broker: Broker;
let admin: Admin;
beforeAll(async () => {
  home = await makeTempFolder();
  broker = await spawnBroker(home);
  admin = kafka(broker.address).admin();
  await admin.connect();
});
afterAll(async () => {
  await admin.disconnect();
  await kill(broker.process);
  await removeFolder(home);
});

/** Creates a topic for this test, and a service that consumes it. */
async function bed() {
  const topic = `orders-${randomUUID()}`;
  const group = `service-of-${topic}`;
  await createTopic(broker.address, topic);
  return {
    topic,
    group,
    folder: await tempFolder(),
    options: ['--queue', `kafka://${broker.address}/${topic}`, '--service-group', group],
    start: (how: { workMs?: number; diesAfter?: number } = {}) =>
      startForeignService({ address: broker.address, topic, group, ...how }),
  };
}

function observedOf(ended: Ended): GroupEnd {
  const { observed } = JSON.parse(ended.stdout) as { observed: ObservedGroupRecord };
  if (observed.end === null) throw new Error('the observation did not end');
  return observed.end;
}

function comparisonOf(ended: Ended): CompareRecord {
  return JSON.parse(ended.stdout).comparison;
}

function cells({ rows }: CompareRecord, name: string) {
  return rows.find((row) => row.name.trim() === name)?.cells;
}

type Row = Partial<Record<'committed' | 'backlog' | 'lag' | 'members', string>>;

async function lastRow(folder: string): Promise<Row> {
  const text = await readFile(runFile(folder, 'mine', 'observed-timeline.csv'), 'utf8').catch(() => '');
  const [header = '', ...rows] = text.trim().split('\n');
  const values = (rows.at(-1) ?? '').split(',');
  return Object.fromEntries(header.split(',').map((name, index) => [name, values[index] ?? '']));
}

test('sees that a service which keeps up has committed every message, and does not join its group', async () => {
  const { folder, group, options, start } = await bed();
  await start();
  const ended = await qbl([...RUN, ...options, ...PATIENT, '--summary', 'qbl.md'], { folder });
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', acked: SENT });
  expect(ended.code).toBe(0);
  const end = observedOf(ended);
  expect(end).toMatchObject({
    messages: SENT,
    committed: SENT,
    waitMs: { count: SENT },
    state: 'Stable',
    mostMembers: 1,
    rebalances: { count: 0 },
    resets: { count: 0 },
    notCommitted: null,
  });
  expect(end.allCommittedAtMs).toBeGreaterThanOrEqual(end.lastArrivalMs ?? Number.NaN);
  expect(await lastRow(folder)).toMatchObject({ committed: '200', backlog: '0', lag: '0', members: '1' });
  const { groups } = await admin.describeGroups([group]);
  expect(groups[0]?.members).toHaveLength(1);
  expect(await readFile(join(folder, 'qbl.md'), 'utf8')).toContain('| committed | 200 of 200 messages |');
  const html = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
  const data = JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
  expect(data.observed.facts).toContainEqual({ name: 'committed', value: '200 of 200 messages' });
  expect(data.observed.levelling.done).toBe('committed');
  expect(data.observed.levelling.consumers.at(-1)).toBe(1);
  expect(data.latency.series.map(({ name }: { name: string }) => name)).toContain('arrival to commit');
});

test('counts messages without an identity too', async () => {
  const { folder, options, start } = await bed();
  await start();
  const ended = await qbl([...RUN, ...options, ...PATIENT, '--no-identity'], { folder });
  expect(recordOf(ended).reasons.map(({ kind }) => kind)).toEqual(['no-identity']);
  expect(observedOf(ended)).toMatchObject({ messages: SENT, committed: SENT });
});

test('measures the rate of a slow service, and predicts with it', async () => {
  const { folder, options, start } = await bed();
  await start({ workMs: 40 });
  const ended = await qbl([...RUN, ...options, ...PATIENT], { folder });
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass' });
  const end = observedOf(ended);
  expect(end).toMatchObject({ committed: SENT, notCommitted: null });
  // Processing 200 messages takes at least 8 s, at 40 ms for each message. Sending the messages takes less time.
  expect(end.drainRate?.messages).toBeGreaterThan(0);
  expect(end.peakBacklog).toBeGreaterThan(0);
  expect(end.waitMs.max).toBeGreaterThan(end.waitMs.p50);
  const comparison = comparisonOf(ended);
  const [measured, predicted] = cells(comparison, 'scalability: committed') ?? [];
  expect([measured, predicted]).toEqual([SENT, SENT]);
  expect(cells(comparison, 'wait until committed, p99')?.every((value) => Number(value) > 0)).toBe(true);
  expect(comparison.notes.join('\n')).toContain('the measured rate: the group committed');
  const { stdout } = await qbl(['verify', 'mine'], { folder });
  expect(stdout).toMatch(/^Your service, observed\n.*\n {3}last state +Stable, 1 member$/m);
});

test('predicts with the capacity that the user claims', async () => {
  const { folder, options, start } = await bed();
  await start();
  const ended = await qbl([...RUN, ...options, ...PATIENT, '--service-rate', '50', '--max-wait', '1s'], {
    folder,
  });
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', service: null });
  const comparison = comparisonOf(ended);
  expect(comparison.notes.join('\n')).toContain('the capacity that you gave');
  // With the capacity that the user claims, a service needs at least 4 s for all messages.
  expect(cells(comparison, 'wait until committed, longest')?.[1]).toBeGreaterThan(1);
  expect(cells(comparison, 'cost: instances needed for --max-wait')?.[1]).toBeGreaterThan(1);
});

test('reports a rebalance when a second member joins', async () => {
  const { folder, topic, options, start } = await bed();
  await start();
  const following = startQbl([...FOLLOW, ...options, ...PATIENT], { folder });
  await following.line(/(following) kafka:/);
  await until('one member', async () => (await lastRow(folder)).members === '1');
  await start();
  await until('two members', async () => (await lastRow(folder)).members === '2');
  const producer = await connectProducer(broker.address);
  const url = await startLyingProxy(producer, topic, async ({ body }, enqueue) => {
    await enqueue(body);
    return 200;
  });
  const blast = ['blast', '--run', 'mine', '--url', url, '--threads', '10', '--loops', '20'];
  expect((await qbl(blast, { folder })).code).toBe(0);
  const ended = await following.ended;
  await producer.disconnect();
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', acked: SENT });
  const { rebalances, mostMembers, committed } = observedOf(ended);
  expect([committed, mostMembers]).toEqual([SENT, 2]);
  expect(rebalances.first).toContainEqual(expect.objectContaining({ membersAfter: 2 }));
});

test('leaves the verdict unknown if the service dies during the run', async () => {
  const { folder, options, start } = await bed();
  await start({ diesAfter: 50, workMs: 1 });
  const ended = await qbl([...RUN, ...options, '--settle', '2s'], { folder });
  const record = recordOf(ended);
  expect(record, ended.stderr).toMatchObject({ verdict: 'unknown', lost: 0, received: SENT });
  expect(record.reasons.map(({ kind }) => kind)).toEqual(['not-committed']);
  expect(ended.code).toBe(3);
  const { committed, messages, allCommittedAtMs } = observedOf(ended);
  expect([messages, allCommittedAtMs]).toEqual([SENT, null]);
  expect(committed).toBeLessThan(50);
  expect(record.reasons[0]?.text).toMatch(
    new RegExp(`^${SENT - committed}.* messages were not committed by group ".*; no progress for 2 s`),
  );
  expect(cells(comparisonOf(ended), 'time until all messages are committed')?.[0]).toBe('never');
  const again = await qbl(['verify', 'mine', '--json'], { folder });
  expect(recordOf(again).reasons.map(({ kind }) => kind)).toEqual(['not-committed']);
});

test('says that a group does not exist', async () => {
  const { folder, options } = await bed();
  const ended = await qbl([...RUN, ...options, '--settle', '500ms'], { folder });
  expect(recordOf(ended)).toMatchObject({ verdict: 'unknown', received: SENT });
  expect(recordOf(ended).reasons[0]?.text).toMatch(
    /^200 messages were not committed by group "[^"]+": the broker reports no such group \(.*\); no progress for 0.5 s \(--settle\)$/,
  );
  expect(observedOf(ended)).toMatchObject({ committed: 0, state: 'Dead', members: 0, drainRate: null });
});

test('trusts no committed offset beyond the end of the log', async () => {
  const { folder, topic, group, options } = await bed();
  const { partitions } = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0] ?? {
    partitions: [],
  };
  const offsets = partitions.map(({ partitionId }) => ({ partition: partitionId, offset: '5000' }));
  await admin.setOffsets({ groupId: group, topic, partitions: offsets });
  const ended = await qbl([...RUN, ...options, '--settle', '500ms'], { folder });
  expect(recordOf(ended)).toMatchObject({ verdict: 'unknown', received: SENT });
  expect(recordOf(ended).reasons[0]?.text).toContain('was committed beyond the end of the log');
  expect(observedOf(ended)).toMatchObject({ committed: 0, waitMs: { count: 0 } });
});

test('reports committed offsets that move back', async () => {
  const { folder, topic, group, options } = await bed();
  const seek = (offset: string) =>
    admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset }] });
  const producer = await connectProducer(broker.address);
  await producer.send({
    topic,
    messages: Array.from({ length: 10 }, () => ({ partition: 0, value: 'earlier' })),
  });
  await seek('10');
  const following = startQbl([...FOLLOW, ...options, ...PATIENT], { folder });
  await following.line(/(following) kafka:/);
  await until('the first observation', async () => (await lastRow(folder)).lag === '0');
  await seek('4');
  await until('the smaller offset', async () => (await lastRow(folder)).lag === '6');
  const url = await startLyingProxy(producer, topic, async ({ body }, enqueue) => {
    await enqueue(body);
    return 200;
  });
  const blast = ['blast', '--run', 'mine', '--url', url, '--threads', '2', '--loops', '5'];
  expect((await qbl(blast, { folder })).code).toBe(0);
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.setOffsets({
    groupId: group,
    topic,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  });
  const ended = await following.ended;
  await producer.disconnect();
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', acked: 10 });
  expect(observedOf(ended)).toMatchObject({
    committed: 10,
    resets: { count: 1, first: [{ partition: 0, fromOffset: 10, toOffset: 4 }] },
  });
});

test.each([
  [['run', '--service-group', 'x'], '--service-group needs --queue'],
  [['run', '--service-group', 'x', '--queue', 'amqp://localhost/orders'], 'has no consumer groups'],
  [['run', '--observe-service'], '--observe-service needs --queue'],
  [
    ['run', '--observe-service', '--queue', 'kafka://localhost/o'],
    '--observe-service works only with RabbitMQ and SQS',
  ],
  [
    ['run', '--observe-service', '--service-group', 'x', '--queue', 'kafka://localhost/o'],
    '--service-group cannot be combined with --observe-service',
  ],
  [
    ['run', '--observe-service', '--queue', 'sqs://localhost:9324/orders', '--consume'],
    '--observe-service cannot be combined with --consume',
  ],
  [
    ['run', '--observe-service', '--queue', 'amqp://localhost/o', '--compare', 'direct'],
    'cannot be combined with --observe-service',
  ],
  [
    ['run', '--service-group', 'x', '--queue', 'kafka://localhost/o', '--compare', 'direct'],
    '--compare cannot',
  ],
  [
    ['run', '--service-group', 'x', '--queue', 'kafka://localhost/o', '--work', '1ms', '--instances', '1,2'],
    '--instances accepts only one number with --service-group',
  ],
  [
    ['run', '--service-group', 'x', '--queue', 'kafka://localhost/o', '--max-wait', '1s'],
    '--max-wait needs the capacity of your service',
  ],
  [['run', '--service-group', ''], 'the name of a consumer group'],
  [['verify', '--service-group', 'x', '--run', 'mine'], '--service-group needs --follow'],
  [['verify', '--observe-service', '--run', 'mine'], '--observe-service needs --follow'],
  [
    ['verify', '--follow', '--observe-service', '--queue', 'kafka://localhost/o'],
    '--observe-service works only with RabbitMQ and SQS',
  ],
  [
    ['verify', '--follow', '--service-group', 'x', '--queue', 'sqs://eu-central-1/orders'],
    'has no consumer groups',
  ],
])('refuses %j', async (args, part) => {
  const folder = await tempFolder();
  expect(expectUsageError(await qbl(args, { folder }))).toContain(part);
});

test('does not count deleted messages as waiting before the run', async () => {
  const { folder, topic, group, options } = await bed();
  const producer = await connectProducer(broker.address);
  const messages = Array.from({ length: 600 }, (_, index) => ({ value: 'old', partition: index % 6 }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  const partitions = (offset: string) => Array.from({ length: 6 }, (_, partition) => ({ partition, offset }));
  await admin.setOffsets({ groupId: group, topic, partitions: partitions('10') });
  await admin.deleteTopicRecords({ topic, partitions: partitions('100') });
  const ended = await qbl([...RUN, ...options, '--settle', '1s'], { folder });
  expect(observedOf(ended), ended.stderr).toMatchObject({ waitingBefore: 0, messages: SENT });
  expect(comparisonOf(ended).notes.join('\n')).not.toContain('before the run');
});
