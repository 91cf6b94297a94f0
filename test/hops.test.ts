import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HopsVerification } from '../src/runs/documents/hops-json.ts';
import type { VerifyRecord } from '../src/runs/documents/verify-json.ts';
import { type Broker, spawnBroker } from './support/broker.ts';
import { kinds } from './support/experiment.ts';
import { type Output, startHopService, type Taken } from './support/hop-service.ts';
import { createTopic } from './support/kafka.ts';
import { type Ended, kill, qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { makeTempFolder, removeFolder, tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { recordOf } from './support/verification.ts';

const LOOPS = 5;
const SENT = 4 * LOOPS;
/** The endpoint answers when the outputs are written, so nothing has to be waited for. */
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

/** How the identity travels, and what the service does with it. */
interface Way {
  readonly plan: string;
  readonly header?: string;
  readonly find?: string;
  /** An output that carries the identity of the order. */
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

/** Three topics with a service between them, and a plan for its endpoint. */
async function bed(way: Way, serve: ServeOrder, { waits = true } = {}) {
  const name = randomUUID();
  const topics = { orders: `orders-${name}`, done: `done-${name}`, dead: `dead-${name}` };
  for (const topic of Object.values(topics)) await createTopic(broker.address, topic);
  const url = await startHopService({
    address: broker.address,
    topic: topics.orders,
    waits,
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

/** The loops of the messages, to compare them with those that the service treated badly. */
function numbers(list: HopsVerification['offenders']['missing']): number[] {
  return list.map(({ identity }) => ((identity?.thread ?? 0) - 1) * LOOPS + (identity?.loop ?? 0));
}

/** Everything in the record that two verifications of the same run must have in common. */
function judged(ended: Ended) {
  const { verdict, reasons, notProven, hops, received } = recordOf(ended);
  const { places = [], waitedMs: _, ...others } = hops ?? {};
  const counted = places.map(({ latencyMs, latencySource: _source, ...counts }) => ({
    ...counts,
    timed: latencyMs.count + latencyMs.negative,
  }));
  return { code: ended.code, verdict, reasons, notProven, received, ...others, places: counted };
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
  for (const { latencySource, latencyMs, received } of hopsIn(record).places) {
    expect([latencySource, latencyMs.count + latencyMs.negative]).toEqual(['received', received]);
  }
  expect(record.notProven.map(({ kind }) => kind)).toContain('hop-contents-not-compared');
  expect(judged(await verify())).toEqual(judged(ended));
});

/** Drops, repeats, splits, swaps; passes on the rest. */
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

test('notices swapped and forged identities by what is missing, repeated and never sent', async () => {
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
  // If number 5 came first, its own output has its identity.
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

test('at-least-one allows a chain of two hops, and still finds what left it', async () => {
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
  // The same messages, judged by the other rule.
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
  expect(recordOf(ended), ended.stderr).toMatchObject({ verdict: 'pass', hops: { missing: 0 } });
});
