import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { HopsVerification, TimeFromQueue } from '../src/runs/documents/hops-json.ts';
import type { VerifyRecord } from '../src/runs/documents/verify-json.ts';
import { type Broker, spawnBroker, startBroker } from './support/broker.ts';
import { kinds } from './support/experiment.ts';
import { type Output, startHopService, type Taken } from './support/hop-service.ts';
import { createTopic, kafka } from './support/kafka.ts';
import { type Ended, kill, qbl, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { makeTempFolder, removeFolder, tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { expectUsageError } from './support/usage-error.ts';
import { recordOf } from './support/verification.ts';

const LOOPS = 5;
const SENT = 4 * LOOPS;
/** The endpoint answers only after the outputs are written, so verify need not wait for them. */
const AT_ONCE = ['--hop-within', '0'];

let home: string;
let broker: Broker;
beforeAll(async () => {
  home = await makeTempFolder();
  broker = await spawnBroker(home);
});
afterAll(async () => {
  await kill(broker.process);
  await removeFolder(home);
});

/** How the identity travels, and what the service does with the identity. */
interface Way {
  readonly plan: string;
  readonly header?: string;
  readonly find?: string;
  /** Returns the output for a message of the first queue (an order). The output carries the identity of the order. */
  readonly output: (order: Order) => Omit<Output, 'topic'>;
}

/** A message of the first queue. */
interface Order {
  readonly number: number;
  readonly body: { readonly id?: string; readonly qbl?: { readonly loop: number } };
  readonly header?: string;
}

const KEY: Way = {
  plan: '',
  output: ({ body: { qbl } }) => ({ value: JSON.stringify({ event: { result: 'ok', of: { qbl } } }) }),
};
const HEADER: Way = {
  plan: 'identity: header:X-Order',
  header: 'x-order',
  find: '$message.header#/cause',
  output: ({ header = '' }) => ({ value: 'not JSON', headers: { cause: header } }),
};
const FIELD: Way = {
  plan: 'identity: field:/id',
  find: '$message.payload#/order/id',
  output: ({ body: { id } }) => ({ value: JSON.stringify({ order: { id } }) }),
};

type ServeOrder = (order: Order, to: Topics) => Promise<readonly Output[]> | readonly Output[];

interface Topics {
  readonly orders: string;
  readonly done: string;
  readonly dead: string;
}

const NEVER_INSTEAD = (_order: Order, _to: Topics): readonly Output[] | null => null;

/** Three topics with a service between them, and a plan for its endpoint. */
async function bed(way: Way, serve: ServeOrder, { waits = true, instead = NEVER_INSTEAD } = {}) {
  const name = randomUUID();
  const topics = { orders: `orders-${name}`, done: `done-${name}`, dead: `dead-${name}` };
  for (const topic of Object.values(topics)) await createTopic(broker.address, topic);
  const url = await startHopService({
    address: broker.address,
    topic: topics.orders,
    waits,
    instead: (value) => instead(orderOf({ key: null, value, headers: {} }), topics),
    serve: (taken) => serve(orderOf(taken), topics),
    ...(way.header === undefined ? {} : { header: way.header }),
  });
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.yaml'), planOf(url, way));
  const urlOf = (topic: string) => `kafka://${broker.address}/${topic}`;
  const hop = (to: 'done' | 'dead') => [
    ...['--hop', `${to}=${urlOf(topics[to])}`],
    ...(way.find === undefined ? [] : ['--hop-find', `${to}=${way.find}`]),
  ];
  const args = ['--plan', 'plan.yaml', '--run', 'mine', '--json', '--url', url];
  return {
    folder,
    topics,
    hops: [...hop('done'), ...hop('dead')],
    urlOf,
    run: (...options: string[]) =>
      qbl(['run', ...args, '--queue', urlOf(topics.orders), ...options], { folder }),
    verify: (...options: string[]) => qbl(['verify', 'mine', '--json', ...options], { folder }),
    blast: () => qbl(['blast', '--run', 'mine', '--plan', 'plan.yaml', '--json'], { folder }),
  };
}

function orderOf({ value, headers }: Taken): Order {
  const body = JSON.parse(value);
  const header = headers['x-order']?.toString();
  const number = (body.thread - 1) * LOOPS + body.loop;
  return { number, body, ...(header === undefined ? {} : { header }) };
}

function planOf(url: string, { plan }: Way): string {
  return `${plan}
threadGroups:
  - name: Orders
    threads: ${SENT / LOOPS}
    loops: ${LOOPS}
    requests:
      - name: Order
        url: ${url}
        headers: { Content-Type: application/json }
        body: '{"id": "any", "thread": \${thread}, "loop": \${loop}}'
`;
}

function hopsIn(record: VerifyRecord): HopsVerification {
  if (record.hops === null) throw new Error('the hops were not read');
  return record.hops;
}

/**
 * Returns the number of each message in the run. The services in these tests use the same numbers to choose messages.
 */
function numbers(list: HopsVerification['offenders']['missing']): number[] {
  return list.map(({ identity }) => ((identity?.thread ?? 0) - 1) * LOOPS + (identity?.loop ?? 0));
}

/** Returns everything in the record that two verifications of the same run must have in common. */
function judged(ended: Ended) {
  const { verdict, reasons, notProven, hops, received } = recordOf(ended);
  const { places = [], waitedMs: _, ...others } = hops ?? {};
  const counted = places.map(({ latencyMs, latencySource: _source, fromQueue, ...counts }) => ({
    ...counts,
    timed: latencyMs.count + latencyMs.negative,
    timedFromQueue: timesFromQueue(fromQueue),
  }));
  return { code: ended.code, verdict, reasons, notProven, received, ...others, places: counted };
}

/** The number of messages for which the time from the first queue to the hop is known. */
function timesFromQueue(fromQueue: TimeFromQueue): number {
  return fromQueue.kind === 'measured' ? fromQueue.latencyMs.count + fromQueue.latencyMs.negative : 0;
}

const WAYS = [
  ['the reserved key', KEY],
  ['a token in a header', HEADER],
  ['a token in a field', FIELD],
] as const;

test.each(WAYS)('passes if each message is in exactly one hop: %s', async (_, way) => {
  const { run, verify, hops } = await bed(way, (order, { done, dead }) => [
    { topic: order.number % 5 === 0 ? dead : done, ...way.output(order) },
  ]);
  const ended = await run(...hops, ...AT_ONCE);
  const record = recordOf(ended);
  expect(record, ended.stderr).toMatchObject({ verdict: 'pass', acked: SENT, reasons: [] });
  expect(hopsIn(record)).toMatchObject({
    ...{ rule: 'exactly-one', withinMs: 0, missing: 0, repeated: 0, neverSent: 0, notInQueue: 0 },
    places: [
      { name: 'done', deliveries: 16, received: 16, repeated: 0, foreign: 0, drained: true },
      { name: 'dead', deliveries: 4, received: 4, repeated: 0, foreign: 0, drained: true },
    ],
  });
  for (const { latencySource, latencyMs, fromQueue, received } of hopsIn(record).places) {
    expect([latencySource, latencyMs.count + latencyMs.negative]).toEqual(['received', received]);
    expect([fromQueue, timesFromQueue(fromQueue)]).toMatchObject([{ source: 'received' }, received]);
  }
  expect(record.notProven.map(({ kind }) => kind)).toContain('hop-contents-not-compared');
  const again = await verify();
  expect(judged(again)).toEqual(judged(ended));
  for (const { fromQueue } of hopsIn(recordOf(again)).places)
    expect(fromQueue).toMatchObject({ source: 'LogAppendTime' });
});

/** A service with faults: it drops, repeats, splits or swaps some messages, and passes the other messages on. */
function lying(way: Way): ServeOrder {
  return (order, { done, dead }) => {
    const output = way.output(order);
    const toDone = { topic: done, ...output };
    switch (order.number) {
      case 1:
      case 8:
        return [];
      case 2:
        return [toDone, toDone];
      case 3:
        return [toDone, { topic: dead, ...output }];
      case 4:
        return [{ topic: dead, value: 'about no order' }, toDone];
      default:
        return [toDone];
    }
  };
}

test.each(WAYS)('counts what a lying service did: %s', async (_, way) => {
  const { run, verify, hops } = await bed(way, lying(way));
  const ended = await run(...hops, ...AT_ONCE, '--exactly-once', '--settle', '500ms');
  const record = recordOf(ended);
  expect(ended.code, ended.stderr).toBe(1);
  expect(record).toMatchObject({ verdict: 'fail', lost: 0, duplicated: 0, received: SENT });
  expect(kinds(record)).toEqual(['missing-in-hops', 'repeated-in-hops']);
  expect(record.reasons.map(({ count, text }) => `${count} ${text}`)).toEqual([
    '2 messages are in the queue and in none of the hops: done, dead, within 0 s after the queue was read to its end',
    '2 messages are in the hops more often than they should be',
  ]);
  const found = hopsIn(record);
  expect(found).toMatchObject({ missing: 2, repeated: 2, neverSent: 0, notInQueue: 0 });
  expect([numbers(found.offenders.missing), numbers(found.offenders.repeated)]).toEqual([
    [1, 8],
    [2, 3],
  ]);
  expect(found.places).toMatchObject([
    { name: 'done', deliveries: 19, received: 18, repeated: 1, foreign: 0 },
    { name: 'dead', deliveries: 2, received: 1, repeated: 0, foreign: 1 },
  ]);
  expect(judged(await verify('--exactly-once', '--settle', '500ms'))).toEqual(judged(ended));
});

test('shows repeats and does not fail for them without --exactly-once', async () => {
  const { run, hops } = await bed(KEY, (order, { done }) => {
    const output = { topic: done, ...KEY.output(order) };
    return order.number === 7 ? [output, output] : [output];
  });
  const record = recordOf(await run(...hops, ...AT_ONCE));
  expect(record).toMatchObject({ verdict: 'pass', hops: { repeated: 1, missing: 0 } });
});

test('reports swapped and forged identities as missing, repeated and never sent', async () => {
  let first: Order | null = null;
  const { run, verify, hops } = await bed(KEY, (order, { done }) => {
    const { qbl } = order.body;
    const forged = { ...order, body: { qbl: { ...qbl, loop: 999 } } };
    first ??= order;
    const written = order.number === 20 ? forged : order.number === 5 ? first : order;
    return [{ topic: done, ...KEY.output(written) }];
  });
  const ended = await run(...hops, ...AT_ONCE, '--exactly-once', '--settle', '500ms');
  const record = recordOf(ended);
  // The output of message 5 has the identity of the first message. If message 5 is itself the first message, the output
  // has the right identity.
  const swapped = (first as Order | null)?.number === 5 ? 0 : 1;
  expect(hopsIn(record)).toMatchObject({
    missing: 1 + swapped,
    repeated: swapped,
    neverSent: 1,
    notInQueue: 0,
  });
  expect(hopsIn(record).offenders.neverSent).toMatchObject([{ identity: { loop: 999 } }]);
  expect(kinds(record)).toContain('never-sent-in-hops');
  expect(judged(await verify('--exactly-once', '--settle', '500ms'))).toEqual(judged(ended));
});

test('with at-least-one, a message may be in both hops, and a message in no hop is missing', async () => {
  const { run, verify, hops } = await bed(FIELD, (order, { done, dead }) => {
    const output = FIELD.output(order);
    if (order.number === 9) return [];
    return order.number % 2 === 0
      ? [{ topic: done, ...output }]
      : [done, dead].map((topic) => ({ topic, ...output }));
  });
  const rules = ['--hop-rule', 'at-least-one', '--exactly-once', '--settle', '500ms'];
  const ended = await run(...hops, ...AT_ONCE, ...rules);
  expect(recordOf(ended)).toMatchObject({
    verdict: 'fail',
    hops: { rule: 'at-least-one', missing: 1, repeated: 0, places: [{ received: 19 }, { received: 9 }] },
  });
  expect(kinds(recordOf(ended))).toEqual(['missing-in-hops']);
  expect(judged(await verify('--exactly-once', '--settle', '500ms'))).toEqual(judged(ended));
  // Judges the same messages by the rule `exactly-one`, which does not allow an output in both hops.
  const exactlyOne = recordOf(await verify('--hop-rule', 'exactly-one'));
  expect(hopsIn(exactlyOne)).toMatchObject({ rule: 'exactly-one', missing: 1, repeated: 9 });
});

test('waits for a service that is slower than the sender', async () => {
  const { folder, run, hops } = await bed(
    KEY,
    async (order, { done }) => {
      await until('the end of the sender', async () => {
        const text = await readFile(runFile(folder, 'mine', 'run.json'), 'utf8').catch(() => 'null');
        return JSON.parse(text)?.end ?? null;
      });
      return [{ topic: done, ...KEY.output(order) }];
    },
    { waits: false },
  );
  const ended = await run(...hops, '--hop-within', '90s');
  const record = recordOf(ended);
  expect(record, ended.stderr).toMatchObject({ verdict: 'pass', reasons: [], hops: { missing: 0 } });
});

const honest: ServeOrder = (order, { done }) => [{ topic: done, ...KEY.output(order) }];

test('counts a message that never reached the queue as lost, and not as missing in the hops', async () => {
  const { run, hops } = await bed(KEY, honest, { instead: ({ number }) => (number === 3 ? [] : null) });
  const record = recordOf(await run(...hops, ...AT_ONCE, '--settle', '500ms'));
  expect(record).toMatchObject({
    verdict: 'fail',
    lost: 1,
    hops: { missing: 0, places: [{ received: 19 }, {}] },
  });
  expect(kinds(record)).toEqual(['lost']);
});

test('proves no loss if a hop has the message that the queue lacks', async () => {
  const { run, hops } = await bed(KEY, honest, {
    instead: (order, { done }) => (order.number === 3 ? [{ topic: done, ...KEY.output(order) }] : null),
  });
  const ended = await run(...hops, ...AT_ONCE, '--settle', '500ms');
  const record = recordOf(ended);
  expect([ended.code, record.verdict, kinds(record)]).toEqual([3, 'unknown', ['not-in-queue']]);
  expect(record.reasons[0]?.text).toContain('hop "done" has 1 message of the run');
  expect(hopsIn(record)).toMatchObject({ missing: 0, notInQueue: 1, neverSent: 0 });
  expect(numbers(hopsIn(record).offenders.notInQueue)).toEqual([3]);
});

test('proves nothing from a hop that was deleted and created again', async () => {
  const { run, verify, hops, topics, folder } = await bed(KEY, honest);
  const ended = await run(...hops, ...AT_ONCE);
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass' });
  await deleteTopic(topics.done);
  await createTopic(broker.address, topics.done);
  const again = await verify();
  expect([again.code, recordOf(again).verdict]).toEqual([3, 'unknown']);
  expect(recordOf(again)).toMatchObject({ lost: 0, hops: { missing: SENT } });
  expect(recordOf(again).reasons).toMatchObject([
    { kind: 'incomplete-hop', text: expect.stringMatching(/^hop "done": .*the topic was recreated$/) },
  ]);
  // The verdict that is based on more evidence stays in the file.
  expect(again.stderr).toContain('verify.json still contains the verdict "pass"');
  expect(JSON.parse(await readFile(runFile(folder, 'mine', 'verify.json'), 'utf8')).verdict).toBe('pass');
});

test('leaves the verdict unknown if a hop is gone', async () => {
  const { run, verify, hops, topics } = await bed(KEY, honest);
  expect((await run(...hops, ...AT_ONCE)).code).toBe(0);
  await deleteTopic(topics.dead);
  const record = recordOf(await verify());
  expect(record).toMatchObject({
    verdict: 'unknown',
    received: SENT,
    hops: { places: [{ received: SENT }, { drained: false }] },
  });
  expect(record.reasons).toMatchObject([
    { kind: 'incomplete-hop', text: expect.stringMatching(/^hop "dead" was not read to its end: /) },
  ]);
});

test('measures the time from the queue to a hop of another broker only with live readers', async () => {
  const other = await startBroker(await tempFolder());
  await createTopic(other.address, 'done');
  const producer = kafka(other.address).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const { run, verify } = await bed(KEY, async (order) => {
    await producer.send({ topic: 'done', messages: [KEY.output(order)] });
    return [];
  });
  const ended = await run('--hop', `done=kafka://${other.address}/done`, ...AT_ONCE);
  const [live] = hopsIn(recordOf(ended)).places;
  expect(live, ended.stderr).toMatchObject({ received: SENT, fromQueue: { source: 'received' } });
  expect(live === undefined ? 0 : timesFromQueue(live.fromQueue)).toBe(SENT);
  const again = await verify();
  expect(hopsIn(recordOf(again)).places).toMatchObject([
    { received: SENT, fromQueue: { kind: 'not-measured', reason: 'other-system' } },
  ]);
});

test('leaves the verdict unknown if the broker of a hop dies during the run', async () => {
  const other = await startBroker(await tempFolder());
  await createTopic(other.address, 'dead');
  let died: Promise<void> | null = null;
  const { run, urlOf, topics } = await bed(KEY, async (order, to) => {
    died ??= kill(other.process);
    await died;
    return honest(order, to);
  });
  const hops = ['--hop', `done=${urlOf(topics.done)}`, '--hop', `dead=kafka://${other.address}/dead`];
  const record = recordOf(await run(...hops, ...AT_ONCE, '--deadline', '3s'));
  expect(record).toMatchObject({ verdict: 'unknown', lost: 0, received: SENT });
  expect(record.reasons).toMatchObject([
    { kind: 'incomplete-hop', text: expect.stringMatching(/^hop "dead" was not read to its end: /) },
  ]);
});

test('leaves the verdict unknown if the wait for outputs is interrupted', async () => {
  const { run, hops, folder } = await bed(KEY, (order, to) => (order.number === 1 ? [] : honest(order, to)));
  expect((await run(...hops, ...AT_ONCE)).code).toBe(1);
  const verifying = startQbl(['verify', 'mine', '--json', '--hop-within', '10m'], { folder });
  await verifying.line(/waiting for messages that are in no hop/);
  verifying.signal('SIGINT');
  const ended = await verifying.ended;
  expect(recordOf(ended)).toMatchObject({ verdict: 'unknown', hops: { missing: 1 } });
  expect(kinds(recordOf(ended))).toEqual(['incomplete-hop', 'incomplete-hop']);
  expect(ended.code).toBe(130);
});

test('reads the hops of the plan after the run if a live reader did not know them', async () => {
  const { blast, folder, topics, urlOf } = await bed(KEY, honest);
  const plan = await readFile(join(folder, 'plan.yaml'), 'utf8');
  await writeFile(
    join(folder, 'plan.yaml'),
    `hops: { done: "${urlOf(topics.done)}" }\nhopWithin: 0s\n${plan}`,
  );
  const follow = ['verify', '--follow', '--run', 'mine', '--json', '--queue', urlOf(topics.orders)];
  const following = startQbl(follow, { folder });
  await following.line(/(following) kafka:/);
  expect((await blast()).code).toBe(0);
  const record = recordOf(await following.ended);
  expect(record).toMatchObject({ verdict: 'unknown', hops: null });
  expect(record.reasons).toMatchObject([
    { kind: 'incomplete-hop', text: expect.stringContaining('verify this run alone') },
  ]);
  const again = recordOf(
    await qbl(['verify', 'mine', '--json', '--queue', urlOf(topics.orders)], { folder }),
  );
  expect(again).toMatchObject({
    verdict: 'pass',
    hops: { missing: 0, places: [{ name: 'done', received: SENT }] },
  });
});

test('shows one row for each hop in every output', async () => {
  const { run, hops, folder } = await bed(FIELD, lying(FIELD));
  const files = ['--summary', 'qbl.md', '--junit', 'qbl.xml'];
  await run(...hops, ...AT_ONCE, ...files);
  const text = (await qbl(['verify', 'mine'], { folder })).stdout;
  expect(text).toMatch(/^hops: missing in hops 2 .*repeated in hops 2/m);
  expect(text).toMatch(/^done +18 +1 +0 +0 +0( +[\d.]+){4} +to the end$/m);
  expect(text).toMatch(/^dead +1 +0 +0 +0 +1( +[\d.]+){4} +to the end$/m);
  expect(text).toContain("queue p50 and p99 in ms, between the broker's appends");
  expect(text).toMatch(/^missing in hops:\n +thread 1-1, loop 1/m);
  expect(text).toContain('not proven: that the messages in the hops have the right contents');
  const markdown = await readFile(join(folder, 'qbl.md'), 'utf8');
  expect(markdown).toMatch(
    /### Hops\n\n.*\n\n\| hop \| received .*\n.*\n\| done \| 18 \| 1 \|.*\n\| dead \| 1 \| 0 \|/,
  );
  const junit = await readFile(join(folder, 'qbl.xml'), 'utf8');
  expect(junit).toMatch(/name="missing in hops" time="0">\s*<failure message="2 missing in hops"/);
  expect(junit).toContain('hop done, received 18, repeated 1');
  const html = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
  const data = JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
  expect(data.hops.rows.map(([name, received]: string[]) => [name, received])).toEqual([
    ['done', '18'],
    ['dead', '1'],
  ]);
  const series = data.latency.series.map(({ name }: { name: string }) => name);
  expect(series).toEqual(expect.arrayContaining(['send to hop done', 'queue to hop done']));
});

async function deleteTopic(topic: string): Promise<void> {
  const admin = kafka(broker.address).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

const QUEUE = ['--queue', 'kafka://localhost:1/orders', '--url', 'http://localhost:1/'];
const DONE = ['--hop', 'done=kafka://localhost:1/done'];
const MANY = Array.from({ length: 21 }, (_, hop) => `--hop=a${hop}=kafka://localhost:1/a${hop}`);

test.each([
  [['run', ...DONE], 'hops need --queue'],
  [['run', ...QUEUE, '--hop', 'done'], 'expected a name and a queue URL'],
  [['run', ...QUEUE, '--hop', 'done=kafka://me:geheim@localhost/done'], 'contains credentials'],
  [['run', ...QUEUE, ...DONE, '--hop', 'done=kafka://localhost:1/other'], 'two hops have the name "done"'],
  [['run', ...QUEUE, ...DONE, '--hop', 'dead=kafka://localhost:1/done'], 'has the same queue as another hop'],
  [['run', ...QUEUE, '--hop', 'done=kafka://localhost:1/orders'], 'hop "done" is the queue itself'],
  [['run', ...QUEUE, ...MANY], 'expected at most 20 hops'],
  [['run', ...QUEUE, '--hop', 'done=sqs://eu-central-1/done'], 'would remove its messages'],
  [['run', ...QUEUE, ...DONE, '--no-identity'], 'messages without an identity cannot be found in hops'],
  [['run', ...QUEUE, ...DONE, '--hop-find', 'done=$message.key'], 'the field applies to tokens only'],
  [['run', ...QUEUE, ...DONE, '--hop-find', 'dead=$message.key'], 'no --hop has the name "dead"'],
  [['run', ...QUEUE, '--hop-rule', 'at-least-one'], 'the field applies to hops only'],
  [['verify', '--follow', '--run', 'mine', '--hop-within', '1s'], '--hop-rule and --hop-within need --hop'],
  [['verify', '--jtl', 'a.jtl', '--run', 'mine', ...DONE], '--hop cannot be combined with --jtl'],
  [['verify', '--follow', '--run', 'mine', '--hop', 'a=sqs://eu-central-1/a'], 'would remove its messages'],
])('refuses %j', async (args, part) => {
  const folder = await tempFolder();
  const line = expectUsageError(await qbl(args, { folder }));
  expect(line).toContain(part);
  expect(line).not.toContain('geheim');
});

test('refuses to start if a hop does not exist', async () => {
  const { run, hops, topics } = await bed(KEY, honest);
  await deleteTopic(topics.dead);
  const ended = await run(...hops);
  expect(ended.code, ended.stderr).toBe(4);
  expect(ended.stderr).toContain(topics.dead);
});
