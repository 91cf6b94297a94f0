import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningBroker, startBroker } from '../src/broker/broker.ts';
import type { Identity } from '../src/message/identity.ts';
import { writeMessage } from '../src/message/write.ts';
import type { Plan } from '../src/plan/plan.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import { makeRunFolder, type RunFolder, runFiles, runFolder } from '../src/runs/run-folder.ts';
import { beginRun, endRun, readRun } from '../src/runs/run-json.ts';
import { writeTap } from '../src/runs/tap-json.ts';
import { writeVerification } from '../src/runs/verify-json.ts';
import { openJtl } from '../src/samples/jtl-writer.ts';
import { type Sample, threadName } from '../src/samples/sample.ts';
import { verifyByTap } from '../src/verify/follow.ts';
import type { VerifyOptions } from '../src/verify/options.ts';
import { verifyByReplay } from '../src/verify/replay.ts';

/** From what evidence `verify` concludes what: a real broker, real files, histories made by hand. */

const TOPIC = 'evidence';
const LOOPS = 10;
const never = new AbortController().signal;

let directory: string;
let broker: RunningBroker;
let kafka: Kafka;
let producer: Producer;
let queue: Queue;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qbl-evidence-'));
  broker = await startBroker({
    port: 0,
    dataDirectory: join(directory, 'data'),
    partitions: 2,
    fsync: 'never',
  });
  kafka = new Kafka({ brokers: [`127.0.0.1:${broker.port}`], logLevel: logLevel.NOTHING });
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  queue = await openQueue(`kafka://127.0.0.1:${broker.port}/${TOPIC}`);
  await queue.prepare();
});

afterEach(async () => {
  await queue.close();
  await producer.disconnect();
  await broker.close();
  await rm(directory, { recursive: true, force: true });
});

const plan = (some: Partial<Plan> = {}): Plan => ({
  name: 'P',
  rate: null,
  identity: true,
  threadGroups: [
    {
      name: 'G',
      threads: 1,
      loops: LOOPS,
      durationMs: null,
      rampUpMs: 0,
      onSampleError: 'continue',
      requests: [
        { name: 'R', url: 'http://localhost/', method: 'POST', headers: {}, body: '{"a":1}', timeoutMs: 0 },
      ],
    },
  ],
  ...some,
});

const folderOf = (run: string): RunFolder => runFolder(join(directory, 'runs'), run);
const identity = (run: string, loop: number): Identity => ({ run, group: 1, thread: 1, loop, request: 1 });

const sample = (loop: number, responseCode = '200'): Sample => ({
  timeStampMs: Date.now(),
  elapsedMs: 1,
  label: 'R',
  responseCode,
  responseMessage: 'OK',
  threadName: threadName('G', 1, 1),
  success: true,
  failureMessage: '',
  bytes: 1,
  sentBytes: 1,
  grpThreads: 1,
  allThreads: 1,
  url: 'http://localhost/',
  latencyMs: 1,
  idleTimeMs: 0,
  connectMs: 0,
  loop,
});

interface Sending {
  readonly plan?: Plan;
  /** Loops whose message does not reach the queue. */
  readonly drops?: readonly number[];
  readonly ends?: boolean;
  readonly value?: (run: string, loop: number) => string;
}

/** What a sender and its proxy do: LOOPS acked samples, and their messages. */
async function send(
  run: string,
  { plan: its = plan(), drops = [], ends = true, value = message }: Sending = {},
) {
  const folder = folderOf(run);
  await makeRunFolder(folder);
  const record = await beginRun(folder, { sender: 'blast', plan: its, queue: queue.url, qblVersion: '0' });
  const jtl = await openJtl(runFiles(folder).samples);
  for (let loop = 1; loop <= LOOPS; loop++) {
    if (!drops.includes(loop)) await produce(value(run, loop), loop % 2);
    jtl.write(sample(loop));
  }
  await jtl.close();
  if (ends) await endRun(folder, record, 'completed', LOOPS);
  return folder;
}

function message(run: string, loop: number): string {
  return writeMessage('{"a":1}', identity(run, loop), performance.timeOrigin + performance.now());
}

async function produce(value: string, partition = 0) {
  await producer.send({ topic: TOPIC, messages: [{ value, partition }] });
}

function options(...runs: string[]): VerifyOptions {
  return {
    folders: runs.map(folderOf),
    samplesFile: null,
    queue,
    rules: { exactlyOnce: false, ordered: false },
    rejectedStatuses: new Set(),
    from: null,
    settleMs: 0,
    deadlineMs: 10_000,
    signal: never,
  };
}

async function verdictOf(run: string, some: Partial<VerifyOptions> = {}) {
  const { record } = await verifyByReplay({ ...options(run), ...some });
  return { ...record, kinds: record.reasons.map(({ kind }) => kind) };
}

/** What retention does to partition 0. */
async function removeBefore(offset: number) {
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs deletes records only of topics whose metadata it has loaded before.
  await admin.fetchTopicOffsets(TOPIC);
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

/** Rewrites a run's files as another history would have left them. */
async function edit(file: string, change: (text: string) => string) {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

describe('a replay', () => {
  it('passes when everything acked is there, and fails when something is not', async () => {
    await send('whole');
    await send('holed', { drops: [3, 7] });
    expect(await verdictOf('whole')).toMatchObject({
      verdict: 'pass',
      received: 10,
      foreign: 8,
      drained: true,
    });
    const holed = await verdictOf('holed');
    expect(holed).toMatchObject({ verdict: 'fail', lost: 2, received: 8 });
    expect(holed.offenders.lost.map((offender) => offender.identity?.loop)).toEqual([3, 7]);
  });

  it('reads all of the log before it calls anything lost, because clocks differ', async () => {
    const aheadMs = 9_000_000;
    const value = (run: string, loop: number) =>
      writeMessage('{"a":1}', identity(run, loop), Date.now() + aheadMs);
    const folder = await send('skewed', { value });
    await edit(runFiles(folder).run, (text) =>
      text.replace(/"startedAtMs": (\d+)/, (_, at) => `"startedAtMs": ${Number(at) + aheadMs}`),
    );
    expect(await verdictOf('skewed')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('waits for what a proxy enqueues after its answer, and only while something is missing', async () => {
    await send('late', { drops: [5] });
    // From the beginning, so that no second reading finds it by chance.
    const verdict = verdictOf('late', { from: { kind: 'beginning' }, settleMs: 20_000 });
    setTimeout(() => produce(message('late', 5)), 1_500);
    expect(await verdict).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('is unknown when retention took away what may have been of the run', async () => {
    await send('old');
    await removeBefore(3);
    expect(await verdictOf('old')).toMatchObject({
      verdict: 'unknown',
      lost: 3,
      drained: false,
      kinds: ['incomplete-drain'],
    });
  });

  it('is a fail when retention took away only what is older than the run', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    const folder = await send('young', { drops: [1] });
    // The older messages are older than the margin that clocks are allowed to differ by.
    const later = (text: string) => text.replace(/(\d{13}),1,R/g, (_, at) => `${Number(at) + 120_000},1,R`);
    await edit(runFiles(folder).samples, later);
    await removeBefore(2);
    expect(await verdictOf('young')).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('passes when retention took away what is not missing', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    await send('spared');
    await removeBefore(4);
    expect(await verdictOf('spared')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('begins where a tap began, and is unknown when the log no longer reaches there', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', i % 2);
    const folder = await send('tapped');
    await writeTap(
      folder,
      queue.url,
      new Map([
        [0, 2],
        [1, 2],
      ]),
    );
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'pass', foreign: 0 });
    await removeBefore(3);
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'unknown', kinds: ['incomplete-drain'] });
  });

  it.each([
    ['shorter than the old one', 0],
    ['longer than the old one', 20],
  ])('is unknown when the topic was made anew, and is %s', async (_, more) => {
    for (let i = 0; i < 16; i++) await produce('{"older":true}', i % 2);
    const admin = kafka.admin();
    await makeRunFolder(folderOf('anew'));
    await writeTap(
      folderOf('anew'),
      queue.url,
      new Map([
        [0, 8],
        [1, 8],
      ]),
    );
    await admin.deleteTopics({ topics: [TOPIC] });
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }] });
    await admin.disconnect();
    await send('anew');
    for (let i = 0; i < more; i++) await produce('{"younger":true}', i % 2);
    const result = await verdictOf('anew');
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['incomplete-drain'] });
    expect(result.reasons[0]?.text).toMatch(/made anew/);
  });

  it('is unknown when the topic was made anew and is empty, once an earlier verification has seen more', async () => {
    const folder = await send('emptied');
    const { record, histogram } = await verifyByReplay(options('emptied'));
    expect(record.verdict).toBe('pass');
    await writeVerification(folder, record, histogram, 0);
    const admin = kafka.admin();
    await admin.deleteTopics({ topics: [TOPIC] });
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }] });
    await admin.disconnect();
    const again = await verdictOf('emptied');
    expect(again).toMatchObject({ verdict: 'unknown', lost: 10, kinds: ['incomplete-drain'] });
    expect(again.reasons[0]?.text).toMatch(/made anew/);
  });

  it('begins where it is told to', async () => {
    await send('told', { drops: [2] });
    const from = { kind: 'time', epochMs: Date.now() + 60_000 } as const;
    expect(await verdictOf('told', { from })).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('from the beginning is unknown where the log no longer reaches to where the run began', async () => {
    const folder = await send('trimmed');
    await writeTap(
      folder,
      queue.url,
      new Map([
        [0, 0],
        [1, 0],
      ]),
    );
    await removeBefore(3);
    expect(await verdictOf('trimmed', { from: { kind: 'beginning' } })).toMatchObject({
      verdict: 'unknown',
      lost: 3,
    });
  });

  it('is unknown at the deadline, with what is missing said', async () => {
    await send('slow', { drops: [2] });
    const result = await verdictOf('slow', { settleMs: 60_000, deadlineMs: 600 });
    expect(result).toMatchObject({ verdict: 'unknown', drained: false, kinds: ['incomplete-drain'] });
  });
});

describe('settling', () => {
  it('waits for nobody when nothing is missing', async () => {
    await send('complete');
    const patient = { settleMs: 60_000, deadlineMs: 3_000 };
    expect(await verdictOf('complete', patient)).toMatchObject({ verdict: 'pass', drained: true });
  });

  it('begins anew with each message that arrives', async () => {
    await send('slowly', { drops: [4, 5, 6, 7] });
    const from = { kind: 'beginning' } as const;
    const verdict = verdictOf('slowly', { from, settleMs: 3_000, deadlineMs: 30_000 });
    for (const [i, loop] of [4, 5, 6, 7].entries())
      setTimeout(() => produce(message('slowly', loop)), (i + 1) * 1_500);
    expect(await verdict).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('that is interrupted proves no loss', async () => {
    await send('cut', { drops: [2] });
    const stop = new AbortController();
    const from = { kind: 'beginning' } as const;
    const verdict = verdictOf('cut', { from, settleMs: 60_000, deadlineMs: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(), 1_000);
    expect(await verdict).toMatchObject({ verdict: 'unknown', lost: 1, kinds: ['incomplete-drain'] });
  });
});

describe('recorded positions', () => {
  const startAt = (offset: number) =>
    new Map([
      [0, offset],
      [1, offset],
    ]);

  it('recorded of another queue say nothing', async () => {
    const folder = await send('elsewhere');
    await writeTap(folder, 'kafka://localhost:9092/other', startAt(5));
    expect(await verdictOf('elsewhere')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('recorded or not, reading begins where it is told to', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', i % 2);
    await writeTap(await send('told'), queue.url, startAt(2));
    expect(await verdictOf('told')).toMatchObject({ verdict: 'pass', foreign: 0 });
    const from = { kind: 'beginning' } as const;
    expect(await verdictOf('told', { from })).toMatchObject({ verdict: 'pass', foreign: 4 });
  });

  it('recorded by one of two runs are not those of both', async () => {
    await send('a');
    await writeTap(await send('b'), queue.url, startAt(5));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'pass', received: 20 });
  });

  it('recorded by both runs begin where the first of them began', async () => {
    await writeTap(await send('a'), queue.url, startAt(0));
    await writeTap(await send('b'), queue.url, startAt(5));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'pass', received: 20 });
  });
});

describe('samples', () => {
  it('without an end leave it unknown, and what arrived without a row is indeterminate', async () => {
    const folder = await send('killed', { ends: false });
    await edit(runFiles(folder).samples, (text) => `${text.split('\n').slice(0, 9).join('\n')}\n`);
    expect(await verdictOf('killed')).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-end'],
      acked: 8,
      indeterminate: 2,
      recovered: 2,
      unexpected: 0,
      sent: 10,
    });
  });

  it('with an end and a message too many fail as unexpected', async () => {
    await send('more');
    await produce(message('more', 11));
    const result = await verdictOf('more');
    expect(result).toMatchObject({ verdict: 'fail', unexpected: 1, kinds: ['unexpected'] });
    expect(result.offenders.unexpected.map((offender) => offender.identity?.loop)).toEqual([11]);
  });

  it('without an end explain nothing that no plan would have sent', async () => {
    await send('beyond', { ends: false });
    await produce(message('beyond', LOOPS + 1));
    expect(await verdictOf('beyond')).toMatchObject({ verdict: 'fail', unexpected: 1, sent: 10 });
  });

  it.each([
    ['a torn last row', (text: string) => text.slice(0, -8)],
    ['a row less than the sender wrote', (text: string) => `${text.split('\n').slice(0, 10).join('\n')}\n`],
    ['a row twice', (text: string) => `${text + text.split('\n')[10]}\n`],
    [
      'a row twice in the place of another',
      (text: string) => text.replace(/^.*,9\n/m, '').replace(/^.*,10\n/m, '$&$&'),
    ],
    ['a label of no request', (text: string) => text.replace(',R,', ',Other,')],
    ['a thread without a number', (text: string) => text.replace('G 1-1', 'G')],
  ])('with %s leave it unknown', async (_, change) => {
    const folder = await send('unclear');
    await edit(runFiles(folder).samples, change);
    const { verdict, kinds } = await verdictOf('unclear');
    expect([verdict, kinds.includes('unclear-samples')]).toEqual(['unknown', true]);
  });

  it('in another order and dialect say the same', async () => {
    const folder = await send('dialect');
    await edit(runFiles(folder).samples, (text) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const lines = [`\uFEFF${head}`, ...rows.reverse()];
      return `${lines.map((line) => line.replaceAll(',', ';')).join('\r\n')}\r\n`;
    });
    expect(await verdictOf('dialect')).toMatchObject({ verdict: 'pass', acked: 10 });
  });

  it('in another order tell each message by its loop', async () => {
    const folder = await send('shuffled', { drops: [4] });
    await edit(runFiles(folder).samples, (text) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const refused = rows.map((row) => (row.endsWith(',4') ? row.replace(',200,', ',400,') : row));
      return `${[head, ...refused.reverse()].join('\n')}\n`;
    });
    expect(await verdictOf('shuffled')).toMatchObject({ verdict: 'pass', rejected: 1, phantom: 0, lost: 0 });
  });

  it('of a file of one’s own with two threads count the rows of each', async () => {
    const folder = await send('two');
    const file = join(directory, 'two.jtl');
    const [head = '', ...rows] = (await readFile(runFiles(folder).samples, 'utf8')).trimEnd().split('\n');
    const both = [head, ...rows.flatMap((row) => [row, row.replace('G 1-1', 'G 1-2')])];
    for (let loop = 1; loop <= LOOPS; loop++)
      await produce(writeMessage('{"a":1}', { ...identity('two', loop), thread: 2 }, Date.now()));
    await writeFile(file, `${both.map((row) => row.split(',').slice(0, -1).join(',')).join('\n')}\n`);
    await rm(folder.path, { recursive: true });
    const own = await verdictOf('two', { samplesFile: file });
    expect(own).toMatchObject({ verdict: 'pass', acked: 20, received: 20 });
  });

  it('of a file of one’s own, without the column loop, count the rows of each thread', async () => {
    const folder = await send('own');
    const file = join(directory, 'own.jtl');
    const rows = (await readFile(runFiles(folder).samples, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${rows.map((row) => row.split(',').slice(0, -1).join(',')).join('\n')}\n`);
    await rm(folder.path, { recursive: true });
    expect(readRun(folder)).toBeNull();
    expect(await verdictOf('own', { samplesFile: file })).toMatchObject({
      verdict: 'pass',
      acked: 10,
      received: 10,
    });
  });

  it('of a file of one’s own that is torn prove nothing unexpected', async () => {
    const folder = await send('own-torn');
    const file = join(directory, 'own.jtl');
    await writeFile(file, (await readFile(runFiles(folder).samples, 'utf8')).slice(0, -8));
    await rm(folder.path, { recursive: true });
    expect(await verdictOf('own-torn', { samplesFile: file })).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-end', 'unclear-samples'],
      acked: 9,
      recovered: 1,
      unexpected: 0,
    });
  });

  it('of two thread groups with several requests tell each message', async () => {
    const request = (name: string) => ({ ...plan().threadGroups[0]?.requests[0], name });
    const group = (...names: string[]) => ({ ...plan().threadGroups[0], requests: names.map(request) });
    const folder = folderOf('groups');
    await makeRunFolder(folder);
    const theirs = { ...plan(), threadGroups: [group('R'), group('S', 'R')] } as Plan;
    const record = await beginRun(folder, {
      sender: 'blast',
      plan: theirs,
      queue: queue.url,
      qblVersion: '0',
    });
    const jtl = await openJtl(runFiles(folder).samples);
    const rows = [
      { group: 1, request: 1, label: 'R', code: '200' },
      { group: 2, request: 1, label: 'S', code: '400' },
      { group: 2, request: 2, label: 'R', code: '200' },
    ];
    for (const { group, request, label, code } of rows) {
      jtl.write({ ...sample(1, code), label, threadName: threadName('G', group, 1) });
      const its = { ...identity('groups', 1), group, request };
      if (code === '200') await produce(writeMessage('{"a":1}', its, Date.now()));
    }
    await jtl.close();
    await endRun(folder, record, 'completed', rows.length);
    expect(await verdictOf('groups')).toMatchObject({
      verdict: 'pass',
      acked: 2,
      rejected: 1,
      received: 2,
      phantom: 0,
    });
  });

  it('with statuses that mean a definite no at the endpoint are rejected', async () => {
    const folder = await send('refusing', { drops: [4] });
    await edit(runFiles(folder).samples, (text) => text.replace(/^(.*),200,(.*),4$/m, '$1,418,$2,4'));
    expect(await verdictOf('refusing')).toMatchObject({ verdict: 'pass', indeterminate: 1, unresolved: 1 });
    const told = await verdictOf('refusing', { rejectedStatuses: new Set([418]) });
    expect(told).toMatchObject({ verdict: 'pass', rejected: 1, indeterminate: 0 });
  });

  it('of a run that is not there are an error', async () => {
    await expect(verifyByReplay(options('nobody'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('there is no run nobody'),
    });
  });

  it('without one row are unknown', async () => {
    const folder = await send('empty', { ends: false });
    await edit(runFiles(folder).samples, (text) => `${text.split('\n')[0]}\n`);
    const { verdict, kinds } = await verdictOf('empty');
    expect([verdict, kinds]).toEqual(['unknown', ['nothing-acked', 'no-end']]);
  });
});

it.each([
  ['has none', (file: string) => rm(file)],
  ['has an empty one', (file: string) => writeFile(file, '')],
])('a sender that was killed before its first row and %s leaves it unknown', async (_, change) => {
  const folder = await send('begun', { ends: false });
  await change(runFiles(folder).samples);
  const nothing = { verdict: 'unknown', kinds: ['nothing-acked', 'no-end'], acked: 0, recovered: 10 };
  expect(await verdictOf('begun')).toMatchObject(nothing);
});

it('a sender that has ended and has no samples is an error', async () => {
  const folder = await send('robbed');
  await rm(runFiles(folder).samples);
  await expect(verifyByReplay(options('robbed'))).rejects.toMatchObject({ exitCode: 2 });
});

describe('messages without identity', () => {
  const nameless = { plan: plan({ identity: false }), value: () => '{"a":1}' };

  it('are only counted: enough of them are unknown, too few are a fail', async () => {
    await send('nameless', nameless);
    expect(await verdictOf('nameless')).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-identity'],
      received: 10,
      lost: 0,
    });
    await send('fewer', { ...nameless, drops: [1, 2, 3] });
    // The ten of the first run stand in the same topic, and nobody can tell them apart.
    expect(await verdictOf('fewer')).toMatchObject({ verdict: 'unknown', received: 17, lost: 0 });
    await writeTap(
      folderOf('fewer'),
      queue.url,
      new Map([
        [0, 5],
        [1, 5],
      ]),
    );
    expect(await verdictOf('fewer')).toMatchObject({ verdict: 'fail', received: 7, lost: 3 });
  });

  it('are waited for while they are fewer than the acks, and not when they are enough', async () => {
    await send('nameless', { ...nameless, drops: [1] });
    const from = { kind: 'beginning' } as const;
    const verdict = verdictOf('nameless', { from, settleMs: 60_000, deadlineMs: 20_000 });
    setTimeout(() => produce('{"a":1}'), 1_500);
    expect(await verdict).toMatchObject({ verdict: 'unknown', lost: 0, kinds: ['no-identity'] });
  });
});

describe('an id that was used before', () => {
  it('does not satisfy the acks of today', async () => {
    const first = await send('again');
    await rm(first.path, { recursive: true });
    // The clock may go back by a second between the start of a run and its first sending.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await send('again', { drops: Array.from({ length: LOOPS }, (_, i) => i + 1) });
    const result = await verdictOf('again');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 10, received: 0, kinds: ['incomplete-drain'] });
    expect(result.reasons[0]?.text).toMatch(/older than the run/);
  });
});

describe('without a run.json', () => {
  it('only the first label is a request, because nobody knows the others', async () => {
    const folder = await send('labels');
    const file = join(directory, 'labels.jtl');
    await writeFile(
      file,
      (await readFile(runFiles(folder).samples, 'utf8')).replaceAll(/,R,(.*),([5-9])$/gm, ',S,$1,$2'),
    );
    await rm(folder.path, { recursive: true });
    const result = await verdictOf('labels', { samplesFile: file });
    expect([result.verdict, result.kinds]).toEqual(['unknown', expect.arrayContaining(['unclear-samples'])]);
  });

  it('nobody can tell fields that a proxy added from damage', async () => {
    const added = (run: string, loop: number) => JSON.stringify({ ...JSON.parse(message(run, loop)), at: 1 });
    const folder = await send('added', { value: added });
    expect(await verdictOf('added')).toMatchObject({ verdict: 'pass', enriched: 10 });
    const file = join(directory, 'added.jtl');
    await writeFile(file, await readFile(runFiles(folder).samples, 'utf8'));
    await rm(folder.path, { recursive: true });
    const result = await verdictOf('added', { samplesFile: file });
    expect(result).toMatchObject({ verdict: 'unknown', corrupt: 0, received: 10, kinds: ['no-plan'] });
  });
});

describe('several runs', () => {
  it('pass only when something was acked in each', async () => {
    await send('a');
    const idle = await send('b', { drops: Array.from({ length: LOOPS }, (_, i) => i + 1) });
    await edit(runFiles(idle).samples, (text) => text.replaceAll(',200,', ',400,'));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'nothing-acked' }] });
  });

  it('are not judged together with messages that carry no identity', async () => {
    await send('a');
    await send('b', { plan: plan({ identity: false }), value: () => '{"a":1}' });
    await expect(verifyByReplay(options('a', 'b'))).rejects.toMatchObject({ exitCode: 2 });
  });

  it('are judged together, each other’s messages foreign to none', async () => {
    await Promise.all([send('a'), send('b', { drops: [10] }), send('c')]);
    expect(await verdictOf('a')).toMatchObject({ verdict: 'pass', foreign: 19 });
    const { record, histogram } = await verifyByReplay(options('a', 'b', 'c'));
    expect(record).toMatchObject({
      verdict: 'fail',
      run: 'a,b,c',
      acked: 30,
      received: 29,
      lost: 1,
      foreign: 0,
    });
    expect(record.runs.map(({ run, lost }) => [run, lost])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
    expect(record.offenders.lost).toEqual([{ identity: identity('b', 10), place: null }]);
    expect(histogram.totalCount).toBe(29);
  });

  it('pass only when each has ended', async () => {
    await send('a');
    await send('b', { ends: false });
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record.verdict).toBe('unknown');
  });

  it('pass only when the samples of each are clear', async () => {
    await send('a');
    const folder = await send('b');
    await edit(runFiles(folder).samples, (text) => text.slice(0, -8));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'unclear-samples' }] });
  });
});

describe('a tap', () => {
  const tap = (run: string, some: Partial<VerifyOptions> & { stop?: AbortSignal } = {}) => {
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const { folders: _, from: __, ...common } = { ...options(run), ...some };
    const verdict = verifyByTap({
      ...common,
      folder: folderOf(run),
      stop: some.stop ?? never,
      onOpen: () => opened(),
    });
    return { open, verdict };
  };

  it('is there before the first send and sees true arrivals', async () => {
    await produce('{"before":true}');
    const { open, verdict } = tap('live');
    await open;
    await send('live');
    const { record } = await verdict;
    expect(record).toMatchObject({ verdict: 'pass', received: 10, foreign: 0, latencySource: 'received' });
    expect(record.latencyMs.count + record.latencyMs.negative).toBe(10);
  });

  it('calls lost what is lost, though retention took away what is older', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    const { open, verdict } = tap('strict', { settleMs: 2_000 });
    await open;
    await send('strict', { drops: [3] });
    await removeBefore(2);
    expect((await verdict).record).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('refuses a run that exists', async () => {
    await send('there');
    await expect(tap('there').verdict).rejects.toMatchObject({ exitCode: 2 });
  });

  it('judges what was sent when it is stopped before the sender ends', async () => {
    const stop = new AbortController();
    const { open, verdict } = tap('cut', { stop: stop.signal });
    await open;
    await send('cut', { ends: false });
    stop.abort();
    expect((await verdict).record).toMatchObject({ verdict: 'unknown', received: 10 });
  });

  it('says that nobody sent when nobody did', async () => {
    const stop = new AbortController();
    const { open, verdict } = tap('silent', { stop: stop.signal });
    await open;
    stop.abort();
    await expect(verdict).rejects.toMatchObject({ exitCode: 3 });
  });

  it('is unknown when the topic is made anew under it', async () => {
    for (let i = 0; i < 8; i++) await produce('{"older":true}', i % 2);
    const { open, verdict } = tap('under', { deadlineMs: 3_000 });
    await open;
    const admin = kafka.admin();
    await admin.deleteTopics({ topics: [TOPIC] });
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }] });
    await admin.disconnect();
    await send('under');
    expect((await verdict).record).toMatchObject({ verdict: 'unknown', drained: false });
  });

  it('reads partitions that are added while it is there', async () => {
    const { open, verdict } = tap('grown');
    await open;
    const admin = kafka.admin();
    await admin.createPartitions({ topicPartitions: [{ topic: TOPIC, count: 3 }] });
    await admin.disconnect();
    await producer.disconnect();
    await producer.connect();
    await produce(message('grown', 11), 2);
    await send('grown');
    expect((await verdict).record).toMatchObject({ verdict: 'fail', unexpected: 1, received: 11 });
  });
});

it('shows arrivals before their sending instead of hiding them', async () => {
  const future = Date.now() + 3_600_000;
  await send('ahead', { value: (run, loop) => writeMessage('{"a":1}', identity(run, loop), future) });
  const { latencyMs, latencySource } = await verdictOf('ahead');
  expect(latencySource).toBe('LogAppendTime');
  expect(latencyMs).toMatchObject({ count: 0, negative: 10 });
  expect(latencyMs.mostNegative).toBeLessThan(-3_000_000);
});

it('compares whole milliseconds with the whole milliseconds of the sending', async () => {
  await send('fraction', {
    value: (run, loop) => writeMessage('{"a":1}', identity(run, loop), Date.now() + 0.999),
  });
  expect((await verdictOf('fraction')).latencyMs.negative).toBe(0);
});

it('has one latency of a repeated message, that of its first sight', async () => {
  await send('repeated');
  for (const loop of [3, 3, 7]) await produce(message('repeated', loop));
  const { latencyMs, duplicated } = await verdictOf('repeated');
  expect([latencyMs.count + latencyMs.negative, duplicated]).toEqual([10, 2]);
});

it('says that the samples end where the file does', async () => {
  const folder = await send('appended');
  await appendFile(runFiles(folder).samples, 'garbage\n');
  await expect(verifyByReplay(options('appended'))).rejects.toMatchObject({ exitCode: 2 });
});
