import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../src/message/identity.ts';
import { writeMessage } from '../src/message/write.ts';
import type { VerifyRecord } from '../src/runs/verify-json.ts';
import { type Broker, spawnBroker } from './support/broker.ts';
import { freePort } from './support/free-port.ts';
import { connectProducer, createTopic } from './support/kafka.ts';
import { type Behaviour, type Enqueue, type Received, startLyingProxy } from './support/lying-proxy.ts';
import { type Ended, kill, qbl, startQbl } from './support/qbl.ts';
import { hasEnded } from './support/run-files.ts';
import { makeTempFolder, removeFolder, tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { countsOf, recordOf } from './support/verification.ts';

const THREADS = 10;
const LOOPS = 20;
const SENT = THREADS * LOOPS;
const EVERY_50TH = [
  { run: 'mine', group: 1, thread: 3, loop: 10, request: 1 },
  { run: 'mine', group: 1, thread: 5, loop: 20, request: 1 },
  { run: 'mine', group: 1, thread: 8, loop: 10, request: 1 },
  { run: 'mine', group: 1, thread: 10, loop: 20, request: 1 },
];
/** For what is missing for good, so that nobody waits longer than it takes to see it. */
const SETTLE_SOON = ['--settle', '500ms'];

let brokerFolder: string;
let broker: Broker;
let producer: Producer;

beforeAll(async () => {
  brokerFolder = await makeTempFolder();
  broker = await spawnBroker(brokerFolder);
  producer = await connectProducer(broker.address);
});

afterAll(async () => {
  await producer.disconnect();
  await kill(broker.process);
  await removeFolder(brokerFolder);
});

interface Experiment {
  readonly folder: string;
  readonly topic: string;
  /** Arguments of `qbl run`. */
  readonly args: readonly string[];
}

interface Judged {
  readonly code: number | null;
  readonly record: VerifyRecord;
  /** Judges the same run again, from what the queue has now. */
  replay(...options: string[]): Promise<Omit<Judged, 'replay'>>;
}

async function prepare(behaviour: Behaviour, ...options: string[]): Promise<Experiment> {
  const topic = `topic-${randomUUID()}`;
  const url = await startLyingProxy(producer, topic, behaviour);
  return prepareAt(url, topic, options);
}

async function prepareAt(url: string, topic: string, options: readonly string[]): Promise<Experiment> {
  await createTopic(broker.address, topic);
  const queue = `kafka://${broker.address}/${topic}`;
  const size = ['--threads', String(THREADS), '--loops', String(LOOPS)];
  const args = ['run', '--run', 'mine', '--queue', queue, '--url', url, ...size, '--json', ...options];
  return { folder: await tempFolder(), topic, args };
}

/** Sends through a proxy that behaves as told, and judges by a tap. */
async function judge(behaviour: Behaviour, ...options: string[]): Promise<Judged> {
  return judged(await prepare(behaviour, ...options));
}

async function judged({ folder, args }: Experiment): Promise<Judged> {
  const verdict = (ended: Ended) => ({ code: ended.code, record: recordOf(ended) });
  return {
    ...verdict(await qbl(args, { folder })),
    replay: async (...options) => verdict(await qbl(['verify', 'mine', '--json', ...options], { folder })),
  };
}

async function expectSameByReplay({ code, record, replay }: Judged, ...options: string[]): Promise<void> {
  const again = await replay(...options);
  expect(countsOf(again.record)).toEqual(countsOf(record));
  expect(again).toMatchObject({ code, record: { verdict: record.verdict } });
  expect([record.latencySource, again.record.latencySource]).toEqual(['received', 'LogAppendTime']);
}

function isEvery50th({ thread, loop }: Identity): boolean {
  return ((thread - 1) * LOOPS + loop) % 50 === 0;
}

function kinds({ reasons }: VerifyRecord): string[] {
  return reasons.map(({ kind }) => kind);
}

function identities(offenders: readonly { readonly identity: unknown }[]): unknown[] {
  return offenders.map(({ identity }) => identity);
}

/** Passes each message on, and some of them in another way. */
function except(isAffected: (identity: Identity) => boolean, behaviour: Behaviour): Behaviour {
  return (received, enqueue) =>
    isAffected(received.identity) ? behaviour(received, enqueue) : passOn(received, enqueue);
}

async function passOn({ body }: Received, enqueue: Enqueue): Promise<number> {
  await enqueue(body);
  return 200;
}

/** A proxy that changes each message's text and is honest otherwise. */
function rewriting(rewrite: (body: string) => string): Behaviour {
  return async ({ body }, enqueue) => {
    await enqueue(rewrite(body));
    return 200;
  };
}

test('an honest proxy passes', async () => {
  const result = await judge(passOn, '--exactly-once', '--ordered');
  expect(result).toMatchObject({
    code: 0,
    record: { verdict: 'pass', reasons: [], sent: SENT, acked: SENT },
  });
  expect(result.record).toMatchObject({ received: SENT, drained: true });
  await expectSameByReplay(result);
});

describe('acked, and', () => {
  test('dropped: fail, and those that were dropped are named', async () => {
    const result = await judge(
      except(isEvery50th, () => 200),
      ...SETTLE_SOON,
    );
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', acked: SENT, lost: 4 } });
    expect(kinds(result.record)).toEqual(['lost']);
    expect(identities(result.record.offenders.lost)).toEqual(EVERY_50TH);
    await expectSameByReplay(result, ...SETTLE_SOON);
  });

  test('enqueued two seconds later: pass', async () => {
    const late: Behaviour = ({ body }, enqueue) => {
      setTimeout(() => enqueue(body), 2_000);
      return 200;
    };
    const result = await judge(late);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT, lost: 0 } });
    await expectSameByReplay(result);
  });

  test('not yet enqueued after the time to settle: fail, until they are there', async () => {
    const held: (() => Promise<void>)[] = [];
    const hold: Behaviour = ({ body }, enqueue) => {
      held.push(() => enqueue(body));
      return 200;
    };
    const result = await judge(except(isEvery50th, hold), ...SETTLE_SOON);
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', lost: 4 } });
    for (const release of held) await release();
    expect(await result.replay()).toMatchObject({ code: 0, record: { verdict: 'pass', lost: 0 } });
  });

  test('enqueued slowly: the time to settle begins anew with each that arrives', async () => {
    const held: (() => Promise<void>)[] = [];
    const hold: Behaviour = ({ body }, enqueue) => {
      held.push(() => enqueue(body));
      return 200;
    };
    const isHeld = ({ loop }: Identity) => loop === LOOPS;
    const { folder, args } = await prepare(except(isHeld, hold), '--settle', '4s');
    const running = startQbl(args, { folder });
    await until('the end of the sending', () => hasEnded(folder, 'mine'));
    for (const release of held) {
      await pause(600);
      await release();
    }
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', lost: 0, received: SENT });
  });

  test('repeated: pass, and with --exactly-once fail', async () => {
    const repeat: Behaviour = async ({ body, identity }, enqueue) => {
      await Promise.all([enqueue(body), enqueue(body)]);
      if (identity.thread === 3) await enqueue(body);
      return 200;
    };
    const strict = await judge(except(isEvery50th, repeat), '--exactly-once');
    expect(strict).toMatchObject({ code: 1, record: { verdict: 'fail', duplicated: 4, received: SENT } });
    expect(kinds(strict.record)).toEqual(['duplicated']);
    expect(new Set(identities(strict.record.offenders.duplicated))).toEqual(new Set(EVERY_50TH));
    await expectSameByReplay(strict, '--exactly-once');
    const lenient = await strict.replay();
    expect(lenient).toMatchObject({ code: 0, record: { verdict: 'pass', duplicated: 4, reasons: [] } });
  });

  test('damaged in one byte: fail', async () => {
    const damage = rewriting((body) => body.replace('"mensaje":"M', '"mensaje":"N'));
    const result = await judge(except(isEvery50th, damage));
    expect(result).toMatchObject({
      code: 1,
      record: { verdict: 'fail', corrupt: 4, received: SENT, lost: 0 },
    });
    expect(kinds(result.record)).toEqual(['corrupt']);
    expect(new Set(identities(result.record.offenders.corrupt))).toEqual(new Set(EVERY_50TH));
    await expectSameByReplay(result);
  });

  test('cut short: damaged, and what it was of is lost', async () => {
    const cut = rewriting((body) => body.slice(0, -20));
    const result = await judge(except(isEvery50th, cut), ...SETTLE_SOON);
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', corrupt: 4, lost: 4 } });
    await expectSameByReplay(result, ...SETTLE_SOON);
  });

  test('put in another order within a thread: pass, and with --ordered fail', async () => {
    const held = new Map<number, string>();
    const swap: Behaviour = async ({ body, identity: { thread, loop } }, enqueue) => {
      if (loop === 5) {
        held.set(thread, body);
        return 200;
      }
      await enqueue(body, 0);
      const earlier = held.get(thread);
      if (loop === 6 && earlier !== undefined) await enqueue(earlier, 0);
      return 200;
    };
    const result = await judge(swap);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', outOfOrder: THREADS } });
    await expectSameByReplay(result);
    const strict = await result.replay('--ordered');
    expect(strict).toMatchObject({ code: 1, record: { verdict: 'fail' } });
    expect(kinds(strict.record)).toEqual(['out-of-order']);
    expect(identities(strict.record.offenders.outOfOrder)).toEqual(
      Array.from({ length: THREADS }, (_, i) => ({
        run: 'mine',
        group: 1,
        thread: i + 1,
        loop: 5,
        request: 1,
      })),
    );
  });
});

describe('a proxy that passes on the same message in other words passes:', () => {
  test('with a field more and the keys in another order', async () => {
    const enrich = rewriting((body) => {
      const fields = { ...JSON.parse(body), region: 'eu-west-1' };
      return JSON.stringify(Object.fromEntries(Object.entries(fields).sort().reverse()));
    });
    const result = await judge(enrich);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', enriched: SENT, corrupt: 0 } });
    await expectSameByReplay(result);
  });

  test('in an envelope', async () => {
    const wrap = rewriting((body) =>
      body.length % 2 === 0
        ? JSON.stringify({ specversion: '1.0', type: 'message', data: JSON.parse(body) })
        : JSON.stringify({ headers: [], payload: body }),
    );
    const result = await judge(wrap);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT, corrupt: 0 } });
    await expectSameByReplay(result);
  });

  test('with other white space and other escapes', async () => {
    const reformat = rewriting((body) =>
      JSON.stringify(JSON.parse(body), null, 2)
        .replaceAll('/', '\\/')
        .replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
    const body = '{"texto":"año / 🌊 \\"${loop}\\"","números":[1.50e1,-0,1e21],"vacío":{}}';
    const result = await judge(reformat, '--body', body);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT } });
    expect(result.record).toMatchObject({ corrupt: 0, enriched: 0 });
    await expectSameByReplay(result);
  });
});

describe('rejected, and', () => {
  test('there all the same: fail', async () => {
    const lie: Behaviour = async ({ body }, enqueue) => {
      await enqueue(body);
      return 400;
    };
    const result = await judge(except(isEvery50th, lie));
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', rejected: 4, phantom: 4 } });
    expect(kinds(result.record)).toEqual(['phantom']);
    expect(identities(result.record.offenders.phantom)).toEqual(EVERY_50TH);
    await expectSameByReplay(result);
  });

  test('not there: pass', async () => {
    const result = await judge(except(isEvery50th, () => 400));
    expect(result).toMatchObject({
      code: 0,
      record: { verdict: 'pass', rejected: 4, phantom: 0, acked: 196 },
    });
    await expectSameByReplay(result);
  });

  test('nothing else: unknown, because nothing was put to the test', async () => {
    const topic = `topic-${randomUUID()}`;
    const experiment = await prepareAt(`http://127.0.0.1:${await freePort()}/send`, topic, []);
    const { code, record } = await judged(experiment);
    expect({ code, record }).toMatchObject({
      code: 3,
      record: { verdict: 'unknown', rejected: SENT, acked: 0 },
    });
    expect(kinds(record)).toEqual(['nothing-acked']);
  });
});

describe('neither acked nor rejected, and', () => {
  const error500: Behaviour = async ({ body }, enqueue) => {
    await enqueue(body);
    return 500;
  };

  test('there: recovered, pass', async () => {
    const result = await judge(except(isEvery50th, error500), '--exactly-once');
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', acked: 196, indeterminate: 4 } });
    expect(result.record).toMatchObject({ recovered: 4, unresolved: 0, received: SENT });
    await expectSameByReplay(result, '--exactly-once');
  });

  test('not there: unresolved, pass', async () => {
    const result = await judge(except(isEvery50th, () => 500));
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', acked: 196, indeterminate: 4 } });
    expect(result.record).toMatchObject({ recovered: 0, unresolved: 4, received: 196 });
    await expectSameByReplay(result);
  });

  test('nothing else: unknown, also when all are there', async () => {
    const result = await judge(error500);
    expect(result).toMatchObject({ code: 3, record: { verdict: 'unknown', acked: 0, recovered: SENT } });
    expect(kinds(result.record)).toEqual(['nothing-acked']);
    await expectSameByReplay(result);
  });

  test('a definite no where --rejected-status says so', async () => {
    const result = await judge(except(isEvery50th, error500), '--rejected-status', '500');
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', indeterminate: 0, phantom: 4 } });
    await expectSameByReplay(result, '--rejected-status', '500');
  });
});

describe('never sent, and there:', () => {
  const isFirst = ({ thread, loop }: Identity) => thread === 1 && loop === 1;
  const alongside = (values: (identity: Identity) => (string | null)[]): Behaviour =>
    except(isFirst, async ({ body, identity }, enqueue) => {
      for (const value of values(identity)) await enqueue(value);
      await enqueue(body);
      return 200;
    });

  test('a message of this run with a good sum: fail', async () => {
    const forged = (identity: Identity) => [
      writeMessage('{"forged":true}', { ...identity, thread: THREADS + 1, loop: 7 }, Date.now()),
      writeMessage('{"forged":true}', { ...identity, loop: LOOPS + 1 }, Date.now()),
    ];
    const result = await judge(alongside(forged));
    expect(result).toMatchObject({ code: 1, record: { verdict: 'fail', unexpected: 2, received: SENT + 2 } });
    expect(kinds(result.record)).toEqual(['unexpected']);
    expect(identities(result.record.offenders.unexpected)).toEqual([
      { run: 'mine', group: 1, thread: 1, loop: LOOPS + 1, request: 1 },
      { run: 'mine', group: 1, thread: THREADS + 1, loop: 7, request: 1 },
    ]);
    await expectSameByReplay(result);
  });

  test('messages of others: pass', async () => {
    const foreign = (identity: Identity) => [
      writeMessage('{"a":1}', { ...identity, run: 'another' }, Date.now()),
      '{"order":17}',
      'no JSON \u0000 at all',
      '',
      null,
    ];
    const result = await judge(alongside(foreign));
    expect(result).toMatchObject({
      code: 0,
      record: { verdict: 'pass', foreign: 5, received: SENT, corrupt: 0 },
    });
    await expectSameByReplay(result);
  });
});
