import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TokenCodec } from '../src/message/token/token.ts';
import type { Plan } from '../src/plan/plan.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import type { HopsVerification } from '../src/runs/documents/hops-json.ts';
import { readRun } from '../src/runs/documents/run-json.ts';
import type { HopsToRead } from '../src/verify/hop-watch.ts';
import type { VerifyOptions } from '../src/verify/options.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, identity, LOOPS, message, plan } from './support/history.ts';
import { startKafkaWithTopicIds, type TopicIdFault } from './support/kafka-topic-ids.ts';

/**
 * Tests what must be in the hops, the queues to which the service writes. Also tests what a hop proves about the
 * first queue.
 */

const bed = evidenceBed();
const { send, sent, produce, folderOf, beforeSecondDrain, beforeRereading, removeBefore, makeAnew, options } =
  bed;
const RUN = 'mine';
const PATIENT = { withinMs: 600_000 };

let done: Queue;
let dead: Queue;
beforeEach(async () => {
  done = await hop('done');
  dead = await hop('dead');
});
afterEach(async () => {
  await done.close();
  await dead.close();
});

async function hop(topic: string): Promise<Queue> {
  const queue = await openQueue(bed.queue.url.replace(/[^/]+$/, topic));
  await queue.prepare();
  return queue;
}

const write = (text: string, topic = 'done') => produce(text, 0, topic);

async function writeAll(loops: readonly number[], topic = 'done'): Promise<void> {
  for (const loop of loops) await write(sent(RUN, loop), topic);
}

const without = (...some: readonly number[]) => EVERY_LOOP.filter((loop) => !some.includes(loop));

async function verdictOf(some: Partial<HopsToRead> = {}, others: Partial<VerifyOptions> = {}) {
  const places = [
    { name: 'done', queue: done },
    { name: 'dead', queue: dead },
  ];
  const hopsToRead: HopsToRead = { places, rule: 'exactly-one', withinMs: 0, ...some };
  const { record } = await verifyByReplay({ ...options(RUN), ...others, hopsToRead });
  const hops = record.hops as HopsVerification;
  return { ...record, hops, kinds: record.reasons.map(({ kind }) => kind) };
}

describe('the messages of the queue', () => {
  it('are found in the hops, even if everything but the identity has changed', async () => {
    await send(RUN);
    for (const loop of without(4)) {
      const { qbl } = JSON.parse(sent(RUN, loop));
      await write(JSON.stringify({ other: 'text', of: [{ qbl }] }));
    }
    await writeAll([4], 'dead');
    await write('{"qbl":{"run":"mine"}}');
    const { verdict, hops, notProven } = await verdictOf();
    expect(verdict).toBe('pass');
    expect(hops.places).toMatchObject([
      { received: 9, foreign: 1, deliveries: 10, latencySource: 'LogAppendTime' },
      { received: 1, foreign: 0, deliveries: 1 },
    ]);
    expect(hops.places.map(({ latencyMs }) => latencyMs.count + latencyMs.negative)).toEqual([9, 1]);
    expect(notProven.map(({ kind }) => kind)).toContain('hop-contents-not-compared');
  });

  it('are found behind the claim of another run, which the service repeats', async () => {
    await send(RUN);
    for (const loop of EVERY_LOOP) {
      const { qbl } = JSON.parse(sent(RUN, loop));
      await write(JSON.stringify({ cause: { qbl: { ...qbl, run: 'upstream' } }, of: { qbl } }));
    }
    expect(await verdictOf()).toMatchObject({ verdict: 'pass', hops: { places: [{ received: 10 }, {}] } });
  });

  it('are missing in the hops only if they are in the queue', async () => {
    await send(RUN, { drops: [3] });
    await writeAll(without(3));
    expect(await verdictOf()).toMatchObject({ kinds: ['lost'], hops: { missing: 0, notInQueue: 0 } });
  });

  it('stay missing in the hops if retention removes them before a second reading', async () => {
    await send(RUN);
    await writeAll(without(1, 2));
    beforeRereading(async () => {
      await removeBefore(3, 0);
      await removeBefore(3, 1);
    });
    expect(await verdictOf({}, { rules: { exactlyOnce: true, ordered: false } })).toMatchObject({
      verdict: 'fail',
      hops: { missing: 2, places: [{ received: 8 }, {}] },
    });
  });

  it('are not those of another execution with the same id', async () => {
    await send(RUN);
    await writeAll(without(2));
    await write(message(RUN, 2, Date.now() - 3_600_000));
    expect(await verdictOf()).toMatchObject({
      kinds: ['missing-in-hops'],
      hops: { missing: 1, places: [{ received: 9, foreign: 1 }, {}] },
    });
  });
});

it.each(['the queue itself', 'another hop'])(
  'a hop is refused that is %s under another URL',
  async (what) => {
    await send(RUN);
    const { url } = what === 'another hop' ? done : bed.queue;
    const again = await openQueue(url.replace('127.0.0.1', 'localhost'));
    const places = [
      { name: 'done', queue: done },
      { name: 'again', queue: again },
    ];
    const error = what === 'another hop' ? 'hop "again" is hop "done"' : 'hop "again" is the queue itself';
    await expect(verdictOf({ places })).rejects.toThrow(`${error}: ${again.url}`);
    await again.close();
  },
);

it('a hop is another topic if its ID differs, although name and cluster ID are the same', async () => {
  const [here, again, elsewhere] = await Promise.all(['0a', '0a', '0b'].map((id) => openAs(id.repeat(16))));
  if (here === undefined || again === undefined || elsewhere === undefined) throw new Error('not opened');
  await send(RUN);
  const read = (queue: Queue) => verdictOf({ places: [{ name: 'h', queue }] }, { queue: here });
  await expect(read(again)).rejects.toThrow('hop "h" is the queue itself');
  expect(await read(elsewhere)).toMatchObject({ verdict: 'pass', hops: { places: [{ received: 10 }] } });
});

it.each([
  ['closes the connection', 'cut'],
  ['answers with an error', 29],
] as const)('a hop is refused if the broker %s instead of reporting its ID', async (_, fault) => {
  const [here, hop] = [await openAs('0a'.repeat(16)), await openAs('0a'.repeat(16), fault)];
  await send(RUN);
  await expect(verdictOf({ places: [{ name: 'h', queue: hop }] }, { queue: here })).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining(`Cannot find out which topic ${hop.url} is: `),
  });
});

/** Opens the queue through a broker that reports this ID for each topic. */
async function openAs(topicId: string, fault?: TopicIdFault): Promise<Queue> {
  const { url } = bed.queue;
  const { port } = new URL(url);
  const kafka = await startKafkaWithTopicIds(Number(port), topicId, fault);
  onTestFinished(kafka.close);
  const queue = await openQueue(url.replace(port, String(kafka.port)));
  onTestFinished(() => queue.close());
  return queue;
}

describe('tokens', () => {
  const tokens: Plan = plan({ identity: { kind: 'field', pointer: ['id'] } });
  const tokenOf = (loop: number) => {
    const { startedAtMs = 0 } = readRun(folderOf(RUN)) ?? {};
    return new TokenCodec({ run: RUN, startedAtMs }).digitsOf(identity(RUN, loop));
  };
  const find = [{ kind: 'payload' as const, pointer: ['cause'] }];

  it('are found at the place that each hop names, and their latencies are measured', async () => {
    await send(RUN, { plan: tokens, value: (_, loop) => JSON.stringify({ id: tokenOf(loop) }) });
    for (const loop of without(1)) await write(JSON.stringify({ cause: tokenOf(loop) }));
    await write(sent(RUN, 1), 'dead');
    const places = [
      { name: 'done', queue: done, find },
      { name: 'dead', queue: dead },
    ];
    const { verdict, hops } = await verdictOf({ places });
    expect([verdict, hops.missing]).toEqual(['pass', 0]);
    expect(hops.places.map(({ latencyMs }) => latencyMs.count + latencyMs.negative)).toEqual([9, 1]);
  });
});

describe('waiting', () => {
  it('ends when the missing output arrives', async () => {
    await send(RUN);
    await writeAll(without(5));
    beforeSecondDrain(() => writeAll([5], 'dead'), done);
    expect(await verdictOf(PATIENT)).toMatchObject({ verdict: 'pass', hops: { missing: 0 } });
  });

  it('continues with --exactly-once until the hops are quiet', async () => {
    await send(RUN);
    await writeAll(EVERY_LOOP);
    beforeSecondDrain(() => writeAll([5], 'dead'), done);
    const rules = { exactlyOnce: true, ordered: false };
    const { kinds, hops } = await verdictOf(PATIENT, { rules, settleMs: 500 });
    expect(kinds).toEqual(['repeated-in-hops']);
    expect(hops).toMatchObject({
      missing: 0,
      repeated: 1,
      places: [{ repeated: 0 }, { repeated: 0, received: 1 }],
    });
  });

  it('proves nothing if it is interrupted', async () => {
    await send(RUN);
    const interrupt = new AbortController();
    beforeSecondDrain(async () => interrupt.abort(), done);
    const result = await verdictOf(PATIENT, { signal: interrupt.signal });
    expect(result).toMatchObject({ verdict: 'unknown', hops: { missing: LOOPS } });
    expect(new Set(result.kinds)).toEqual(new Set(['incomplete-hop']));
  });

  it('does not happen if the queue was not read to its end', async () => {
    await send(RUN);
    const result = await verdictOf(PATIENT, { deadlineMs: 0 });
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['incomplete-drain'] });
  });
});

describe('a hop', () => {
  it('proves nothing about its messages after it was recreated', async () => {
    await send(RUN);
    await writeAll(EVERY_LOOP);
    expect(await verdictOf()).toMatchObject({ verdict: 'pass' });
    await makeAnew('done');
    expect(await verdictOf()).toMatchObject({
      ...{ verdict: 'unknown', kinds: ['incomplete-hop'], hops: { missing: LOOPS } },
      reasons: [{ text: expect.stringMatching(/^hop "done": .*recreated$/) }],
    });
  });

  it('is evidence for a message that the queue lacks', async () => {
    await send(RUN, { drops: [3] });
    await writeAll(EVERY_LOOP);
    expect(await verdictOf()).toMatchObject({
      ...{ verdict: 'unknown', kinds: ['not-in-queue'], lost: 1 },
      hops: { notInQueue: 1, neverSent: 0, missing: 0 },
    });
  });

  it('can have a message that was never sent', async () => {
    await send(RUN);
    await writeAll(EVERY_LOOP);
    await write(message(RUN, LOOPS + 1));
    expect(await verdictOf()).toMatchObject({
      ...{ verdict: 'fail', kinds: ['never-sent-in-hops'] },
      hops: { neverSent: 1, notInQueue: 0, offenders: { neverSent: [{ identity: { loop: LOOPS + 1 } }] } },
    });
  });

  it('may have an unknown message of a sender that was killed', async () => {
    await send(RUN, { ends: false, plan: plan({ ...plan(), threadGroups: moreLoops() }) });
    await writeAll(EVERY_LOOP);
    await write(message(RUN, LOOPS + 1));
    expect(await verdictOf()).toMatchObject({
      verdict: 'unknown',
      hops: { neverSent: 0, notInQueue: 1 },
    });
  });
});

function moreLoops(): Plan['threadGroups'] {
  return plan().threadGroups.map((group) => ({ ...group, loops: LOOPS + 5 }));
}
