import { rm } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TokenCodec } from '../src/message/token/token.ts';
import type { Plan } from '../src/plan/plan.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import { beginRun, readRun } from '../src/runs/documents/run-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByTap } from '../src/verify/follow.ts';
import type { HopsToRead } from '../src/verify/hop-watch.ts';
import { evidenceBed, never, type Sending } from './support/evidence-bed.ts';
import { EVERY_LOOP, identity, plan } from './support/history.ts';
import { type Working, workFor } from './support/service-history.ts';
import { until } from './support/until.ts';

/** Tests what a live reader proves if a sender fails, and then starts again with the same run ID. */

const bed = evidenceBed();
const { send, produce, folderOf, options } = bed;
const RUN = 'again';
const TOKENS: Plan = plan({ identity: { kind: 'field', pointer: ['id'] } });

const textOf = (loop: number): string => {
  const { startedAtMs = 0 } = readRun(folderOf(RUN)) ?? {};
  return JSON.stringify({ id: new TokenCodec({ run: RUN, startedAtMs }).digitsOf(identity(RUN, loop)) });
};
const sendTokens = (sending: Sending) =>
  send(RUN, { plan: TOKENS, value: (_, loop) => textOf(loop), ...sending });

/** Removes the files of a sender that was killed, so that the run can start again. */
async function clear(): Promise<void> {
  const { run, samples } = runFiles(folderOf(RUN));
  await rm(run);
  await rm(samples, { force: true });
}

/** Opens live readers. The returned function waits until the reader of a queue has read that many messages. */
async function open(queues: readonly Queue[], hopsToRead?: HopsToRead) {
  const read = new Map<Queue, number>();
  for (const queue of queues) {
    const openReader = queue.openReader.bind(queue);
    queue.openReader = ({ onDeliveries, ...others }) =>
      openReader({
        ...others,
        onDeliveries: (deliveries) => {
          onDeliveries(deliveries);
          read.set(queue, (read.get(queue) ?? 0) + deliveries.length);
        },
      });
  }
  let opened = () => {};
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const { folders: _, from: __, ...common } = { ...options(RUN), settleMs: 500 };
  const verdict = verifyByTap({
    ...common,
    folder: folderOf(RUN),
    stop: never,
    observed: null,
    onOpen: () => opened(),
    ...(hopsToRead === undefined ? {} : { hopsToRead }),
  });
  await isOpen;
  const hasRead = (queue: Queue, messages: number) =>
    until('the messages were read', () => (read.get(queue) ?? 0) >= messages);
  return { verdict, hasRead };
}

async function judged(drops: readonly number[]) {
  const { verdict, hasRead } = await open([bed.queue]);
  await sendTokens({ ends: false });
  await hasRead(bed.queue, 10);
  await clear();
  await sendTokens({ drops });
  return (await verdict).record;
}

it('a tap reads the log again, and takes no message of the first start for one of the second', async () => {
  expect(await judged([3])).toMatchObject({
    verdict: 'fail',
    reasons: [{ kind: 'lost', count: 1 }],
    received: 9,
    settling: { waitedFor: 'missing', settleMs: 500 },
  });
});

it('a tap of a queue that cannot be read again proves nothing', async () => {
  const { capabilities } = bed.queue;
  Object.assign(bed.queue, { capabilities: { ...capabilities, tap: true, replay: false } });
  expect(await judged([3])).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'id-reused' }] });
});

describe('after a start that sent nothing, a live reader reads', () => {
  const begin = (its: Plan) =>
    beginRun(folderOf(RUN), { sender: 'blast', plan: its, queue: bed.queue.url, qblVersion: '0' });

  it.each([
    ['the tokens of the second start', TOKENS, sendTokens],
    ['the bodies of the second start', plan(), (sending: Sending) => send(RUN, sending)],
  ])('%s', async (_, its, sendAgain) => {
    const { capabilities } = bed.queue;
    Object.assign(bed.queue, { capabilities: { ...capabilities, replay: false } });
    const { verdict, hasRead } = await open([bed.queue]);
    await begin(its);
    await produce('{"other":true}');
    await hasRead(bed.queue, 1);
    await clear();
    await sendAgain({});
    expect((await verdict).record).toMatchObject({ verdict: 'pass', received: 10, foreign: 1 });
  });

  it('the outputs of the second start in a hop', async () => {
    const { verdict, hasRead, done } = await openWithHop(60_000);
    await begin(TOKENS);
    await produce('{"other":true}', 0, 'done');
    await hasRead(done, 1);
    await clear();
    await sendTokens({});
    for (const loop of EVERY_LOOP) await produce(textOf(loop), 0, 'done');
    expect((await verdict).record).toMatchObject({ verdict: 'pass', hops: { places: [{ received: 10 }] } });
  });
});

async function openWithHop(withinMs: number) {
  const done = await openQueue(bed.queue.url.replace(/[^/]+$/, 'done'));
  onTestFinished(() => done.close());
  await done.prepare();
  const hops = { places: [{ name: 'done', queue: done }], rule: 'exactly-one', withinMs } as const;
  return { ...(await open([done], hops)), done };
}

it('a hop with an output of the first start proves nothing', async () => {
  const { verdict, hasRead, done } = await openWithHop(0);
  await beginRun(folderOf(RUN), { sender: 'blast', plan: TOKENS, queue: bed.queue.url, qblVersion: '0' });
  await produce(textOf(1), 0, 'done');
  await hasRead(done, 1);
  await clear();
  await sendTokens({});
  for (const loop of EVERY_LOOP) await produce(textOf(loop), 0, 'done');
  expect((await verdict).record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'id-reused' }] });
});

describe('a receipt that is older than the start of the run', () => {
  const STRICT = { rules: { exactlyOnce: true, ordered: false } };
  const startMs = () => readRun(folderOf(RUN))?.startedAtMs ?? 0;
  /** Receipts of messages with tokens, which are this much older than the start of the run. */
  const older = (ms: number, sentAtMs: number | null = null) =>
    EVERY_LOOP.map((loop) => ({ identity: identity(RUN, loop), sentAtMs, finishedAtMs: startMs() - ms }));
  const judged = async (working: Working, some: Parameters<typeof bed.verdictOf>[1] = {}) => {
    await workFor(folderOf(RUN), working);
    return bed.verdictOf(RUN, some);
  };

  it('does not prove that a message was processed', async () => {
    await sendTokens({});
    expect(await judged({ processed: [], others: older(1) })).toMatchObject({
      verdict: 'unknown',
      kinds: ['service-unfinished'],
      service: { processed: 0, unprocessed: 10 },
    });
  });

  it('counts if it is as old as the start', async () => {
    await sendTokens({});
    expect(await judged({ processed: [], others: older(0) })).toMatchObject({
      verdict: 'pass',
      notProven: [{ kind: 'contents-not-compared' }],
      service: { processed: 10 },
    });
  });

  it('counts if the send time of its message fits', async () => {
    const atMs = Date.now() + 30_000;
    await send(RUN, { atMs });
    const sent = older(1, atMs).slice(-1);
    expect(await judged({ processed: EVERY_LOOP.slice(0, 9), others: sent })).toMatchObject({
      verdict: 'pass',
      service: { processed: 10 },
    });
  });

  it('may hide that a message was processed twice', async () => {
    await sendTokens({});
    const working = { others: older(1) };
    const text = expect.stringMatching(/10 receipts are older than the start of the run, and not counted/);
    const service = { processed: 10, processedTwice: 0 };
    const doubt = { kind: 'service-unfinished', text };
    expect(await judged(working)).toMatchObject({
      ...{ verdict: 'pass', service },
      notProven: expect.arrayContaining([doubt]),
    });
    expect(await judged({ processed: [] }, STRICT)).toMatchObject({
      ...{ verdict: 'unknown', service },
      reasons: [{ ...doubt, count: null }],
    });
  });

  it('does not prove that a message arrived if only receipts are read', async () => {
    await sendTokens({});
    const queue = await openQueue('amqp://localhost:1/q');
    expect(await judged({ processed: [], others: older(1) }, { queue })).toMatchObject({
      verdict: 'unknown',
      kinds: expect.arrayContaining(['service-unfinished']),
      received: 0,
    });
  });
});
