import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_IDENTITY } from '../src/message/placement.ts';
import { pause } from '../src/pause.ts';
import { openQueue } from '../src/queue/open.ts';
import type { Queue } from '../src/queue/queue.ts';
import { noteTaken, noteTaking } from '../src/runs/rows/seen-jsonl.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByTap } from '../src/verify/follow.ts';
import { CLOCK_MARGIN_MS } from '../src/verify/judging/doubt.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed, never } from './support/evidence-bed.ts';
import { EVERY_LOOP, edit, message, plan } from './support/history.ts';
import { receiptOf, type Working, workFor } from './support/service-history.ts';
import { until } from './support/until.ts';

/** Tests what the receipts of a service prove. */

const bed = evidenceBed();
const { send, produce, options, verdictOf, folderOf } = bed;
const STRICT = { rules: { exactlyOnce: true, ordered: false } };
const without = (...loops: number[]) => EVERY_LOOP.filter((loop) => !loops.includes(loop));
const dead = (run: string, loop: number) => receiptOf(run, loop, { outcome: 'dead-lettered' });

/** Sends a run whose messages all arrive, and writes the files of its service. */
async function served(run: string, working: Working = {}) {
  const folder = await send(run);
  await workFor(folder, working);
  return folder;
}

describe('a service', () => {
  it('that processed every message gives a pass', async () => {
    await served('all');
    expect(await verdictOf('all', STRICT)).toMatchObject({
      verdict: 'pass',
      service: {
        ended: true,
        processed: 10,
        processedTwice: 0,
        deadLettered: 0,
        unprocessed: 0,
        tornReceipts: 0,
      },
    });
  });

  it('that does not exist is null in the result', async () => {
    await rm(runFiles(await served('none')).service);
    expect(await verdictOf('none')).toMatchObject({ verdict: 'pass', service: null });
  });

  it('that was killed before its first receipt counts as having processed nothing', async () => {
    await rm(runFiles(await served('early', { endsAtMs: null })).receipts);
    expect(await verdictOf('early')).toMatchObject({
      verdict: 'unknown',
      service: { ended: false, unprocessed: 10 },
    });
  });

  it('that processed messages twice gives a pass, but a fail with --exactly-once', async () => {
    await served('twice', { processed: [...EVERY_LOOP, 3, 3, 7] });
    const service = { processed: 10, processedTwice: 2 };
    expect(await verdictOf('twice')).toMatchObject({ verdict: 'pass', service });
    expect(await verdictOf('twice', STRICT)).toMatchObject({
      verdict: 'fail',
      kinds: ['processed-twice'],
      service,
    });
  });

  it('that dead-lettered messages gives a pass and reports them', async () => {
    const failed = receiptOf('given-up', 4, { outcome: 'failed' });
    await served('given-up', { processed: without(4), others: [failed, failed, dead('given-up', 4)] });
    const service = { processed: 9, deadLettered: 1, unprocessed: 0, failedAttempts: 3 };
    expect(await verdictOf('given-up')).toMatchObject({ verdict: 'pass', service });
  });

  it('that left messages although it saw the queue empty gives a fail', async () => {
    await served('left', { processed: without(4, 9), others: [receiptOf('left', 9, { outcome: 'failed' })] });
    const result = await verdictOf('left');
    expect(result).toMatchObject({
      verdict: 'fail',
      kinds: ['unprocessed'],
      service: { unprocessed: 2 },
      lost: 0,
    });
  });

  it.each<[string, Working]>([
    ['was killed', { endsAtMs: null }],
    ['stopped without --drain', { drain: false }],
    ['stopped before the last message was sent', { endsAtMs: 1 }],
    ['recorded more receipts than there are', { counted: 10 }],
    ['was not killed but has an incomplete receipt', { torn: 'unfinished,1,1,3' }],
  ])('that %s gives unknown for unprocessed messages', async (_, working) => {
    await served('unfinished', { processed: without(4), ...working });
    const result = await verdictOf('unfinished');
    expect(result).toMatchObject({
      verdict: 'unknown',
      kinds: ['service-unfinished'],
      service: { unprocessed: 1 },
    });
    await workFor(folderOf('unfinished'), { processed: [4], ...working });
    expect(await verdictOf('unfinished')).toMatchObject({ verdict: 'pass', service: { unprocessed: 0 } });
  });

  it('that stopped before a killed sender gives unknown for unprocessed messages', async () => {
    const folder = await send('cut', { ends: false });
    // The service ends after the last sample in the file. But the sender did not end cleanly, so it may have sent more
    // messages.
    await workFor(folder, { processed: without(4), endsAtMs: Date.now() + 60_000 });
    const result = await verdictOf('cut');
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['no-end', 'service-unfinished'] });
  });

  it('that stopped while the last request was in flight gives unknown for unprocessed messages', async () => {
    const folder = await send('late');
    const now = Date.now();
    await edit(runFiles(folder).run, (text) => text.replace(/"atMs": \d+/, `"atMs": ${now + 30_000}`));
    await workFor(folder, { processed: without(10), endsAtMs: now + 10_000 });
    const unfinished = { verdict: 'unknown', kinds: ['service-unfinished'], service: { unprocessed: 1 } };
    expect(await verdictOf('late')).toMatchObject(unfinished);
    await workFor(folder, { processed: [], endsAtMs: now + 40_000 });
    expect(await verdictOf('late')).toMatchObject({ verdict: 'fail', kinds: ['unprocessed'] });
  });

  it("that stopped while a request of a user's samples file was in flight gives unknown too", async () => {
    const folder = await send('slow');
    const now = Date.now();
    const slow = (text: string) => text.replace(/^\d{13},1,(.*,10)$/m, `${now},30000,$1`);
    await edit(runFiles(folder).samples, slow);
    await rm(runFiles(folder).run);
    const own = { samplesFile: runFiles(folder).samples };
    await workFor(folder, { processed: without(10), endsAtMs: now + 10_000 });
    expect(await verdictOf('slow', own)).toMatchObject({ verdict: 'unknown', kinds: ['service-unfinished'] });
    await workFor(folder, { processed: [], endsAtMs: now + 40_000 });
    expect(await verdictOf('slow', own)).toMatchObject({ verdict: 'fail', kinds: ['unprocessed'] });
  });

  it('that was killed once may have processed messages without receipts', async () => {
    await served('killed', { killedBefore: true, torn: 'killed,1,1,3' });
    expect(await verdictOf('killed')).toMatchObject({ verdict: 'pass', service: { tornReceipts: 1 } });
    expect(await verdictOf('killed', STRICT)).toMatchObject({
      verdict: 'unknown',
      kinds: ['service-unfinished'],
    });
  });

  it('gets no credit for processing messages of other runs', async () => {
    await send('other');
    await served('own', { processed: without(5), others: [receiptOf('other', 5), { identity: null }] });
    expect(await verdictOf('own')).toMatchObject({
      verdict: 'fail',
      service: { processed: 9, unprocessed: 1 },
    });
  });

  it('did not provably process a message twice if a receipt may be of an event, because there is no run.json', async () => {
    const others = [receiptOf('audited', 4, { condition: 'unproven' })];
    const folder = await served('audited', { others });
    const twice = { service: { processedTwice: 1 } };
    expect(await verdictOf('audited', STRICT)).toMatchObject({ ...twice, kinds: ['processed-twice'] });
    const samplesFile = join(bed.directory, 'audited.jtl');
    await rename(runFiles(folder).samples, samplesFile);
    await rm(runFiles(folder).run);
    const unknown = { ...twice, verdict: 'unknown', kinds: ['no-plan'] };
    expect(await verdictOf('audited', { ...STRICT, samplesFile })).toMatchObject(unknown);
    await workFor(folder);
    expect(await verdictOf('audited', { ...STRICT, samplesFile })).toMatchObject({ verdict: 'fail' });
  });

  it("may write receipts of another run's messages when both runs are judged together", async () => {
    await served('one', { others: EVERY_LOOP.map((loop) => receiptOf('two', loop)) });
    await send('two');
    await workFor(folderOf('one'), { processed: [] });
    const { record } = await verifyByReplay(options('one', 'two'));
    expect(record).toMatchObject({ verdict: 'pass', service: { processed: 20, unprocessed: 0 } });
  });

  it('of one run does not affect a run without a service when both are judged together', async () => {
    await served('with');
    await send('without');
    const { record } = await verifyByReplay(options('with', 'without'));
    expect(record).toMatchObject({ verdict: 'pass', service: { processed: 10, unprocessed: 0 } });
  });

  it('does not count as stopped too early if a run without a service was sent later', async () => {
    await served('early', { processed: without(4) });
    const later = await send('later');
    const hourLater = Date.now() + 3_600_000;
    await edit(runFiles(later).run, (text) => text.replace(/"atMs": \d+/, `"atMs": ${hourLater}`));
    const { record } = await verifyByReplay(options('early', 'later'));
    expect(record).toMatchObject({ verdict: 'fail', service: { unprocessed: 1 } });
  });

  it('is ignored for messages without identity', async () => {
    const folder = await send('nameless', { plan: plan({ identity: NO_IDENTITY }), value: () => '{"a":1}' });
    await workFor(folder, { processed: [], others: [{ identity: null, condition: 'foreign' }] });
    expect(await verdictOf('nameless')).toMatchObject({ kinds: ['no-identity'], service: null });
  });
});

describe('a receipt of a message that was not found in the queue', () => {
  it('contradicts a log that was read to its end', async () => {
    await workFor(await send('odd', { drops: [4] }));
    const result = await verdictOf('odd');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 0, received: 10, kinds: ['contradiction'] });
    expect(result.reasons[0]?.text).toMatch(/receipts of 1 message that/);
  });

  it('contradicts the log even if the message was never sent, and proves nothing else', async () => {
    await served('odd', { others: [receiptOf('odd', 99)] });
    const expected = { verdict: 'unknown', unexpected: 0, kinds: ['contradiction'] };
    expect(await verdictOf('odd')).toMatchObject(expected);
  });

  it('makes verify read the whole log if the reading began at a time', async () => {
    const aheadMs = 9_000_000;
    const atMs = Date.now() + aheadMs;
    await produce(message('hinted', 1, atMs + 0.25));
    const producedMs = Date.now();
    const hintMs = await until('the next millisecond', () => Date.now() > producedMs && Date.now());
    const folder = await send('hinted', { atMs, aheadMs, drops: [1] });
    await edit(runFiles(folder).run, (text) =>
      text.replace(/"startedAtMs": \d+/, `"startedAtMs": ${hintMs + CLOCK_MARGIN_MS}`),
    );
    await workFor(folder);
    expect(await verdictOf('hinted')).toMatchObject({ verdict: 'pass', received: 10, drained: true });
  });
});

/** Opens a queue that cannot be read without removing its messages. No test connects to the queue. */
const unreadable = (url: string): Promise<Queue> => openQueue(url);

describe('receipts alone', () => {
  const judged = async (run: string, working: Working = {}, strict = {}) => {
    await workFor(folderOf(run), working);
    return verdictOf(run, { queue: await unreadable('amqp://localhost:1/q'), ...strict });
  };

  it('give a pass if a service received every message and emptied the queue', async () => {
    await send('all', { answer: (loop) => (loop === 2 ? '400' : '200') });
    const others = [receiptOf('other', 1), dead('all', 3)];
    expect(await judged('all', { processed: without(2, 3), others })).toMatchObject({
      verdict: 'pass',
      reading: 'receipts',
      drained: true,
      deliveries: 10,
      foreign: 1,
      received: 9,
      service: { processed: 8, deadLettered: 1, unprocessed: 0 },
    });
  });

  it.each<[string, Working, string, object]>([
    ['lost', { processed: without(4) }, '200', { lost: 1, kinds: ['lost'] }],
    ['a phantom', {}, '400', { phantom: 1, kinds: ['phantom'] }],
    ['unexpected', { others: [receiptOf('proven', 11)] }, '200', { unexpected: 1, kinds: ['unexpected'] }],
    [
      'neither processed nor dead-lettered',
      { processed: without(4), others: [receiptOf('proven', 4, { outcome: 'failed' })] },
      '200',
      { lost: 0, kinds: ['unprocessed'] },
    ],
  ])('prove that a message is %s', async (_, working, status, expected) => {
    await send('proven', { answer: (loop) => (loop === 4 ? status : '200') });
    expect(await judged('proven', working)).toMatchObject({ verdict: 'fail', ...expected });
  });

  it.each<[string, Working]>([
    ['no end in service.json', { endsAtMs: null }],
    ['no --drain option', { drain: false }],
    ['an end before the last send', { endsAtMs: 1 }],
    ['missing receipts', { counted: 11 }],
    ['an incomplete receipt', { torn: 'unfinished,1,1,10' }],
  ])('prove neither a loss nor a pass for a service with %s', async (_, working) => {
    await send('unfinished');
    const unknown = { verdict: 'unknown', drained: true, kinds: ['service-unfinished'] };
    expect(await judged('unfinished', working)).toMatchObject({ ...unknown, lost: 0 });
    await send('lacking');
    expect(await judged('lacking', { processed: without(4), ...working })).toMatchObject({
      ...unknown,
      lost: 1,
    });
  });

  it('prove no loss of messages that an earlier verification removed before the service', async () => {
    const folder = await send('taken');
    const { url } = await unreadable('amqp://localhost:1/q');
    await noteTaking(folder, url);
    await noteTaken(folder, url, 1);
    const unknown = { verdict: 'unknown', lost: 1, kinds: ['taken-before'] };
    expect(await judged('taken', { processed: without(4) })).toMatchObject(unknown);
    expect(await judged('taken', { processed: [4] })).toMatchObject({ verdict: 'pass' });
  });

  it('cannot distinguish damage from added fields', async () => {
    await send('changed');
    const others = [receiptOf('changed', 4, { condition: 'unproven' })];
    const expected = { verdict: 'unknown', kinds: ['no-plan'], lost: 0 };
    expect(await judged('changed', { processed: without(4), others })).toMatchObject(expected);
  });

  it('with --exactly-once give a fail for messages processed twice, and unknown for dead letters', async () => {
    await send('twice');
    expect(await judged('twice', { processed: [...EVERY_LOOP, 1] }, STRICT)).toMatchObject({
      verdict: 'fail',
    });
    await send('again');
    const unknown = { verdict: 'unknown', kinds: ['redelivered'] };
    expect(await judged('again', { others: [dead('again', 1)] }, STRICT)).toMatchObject(unknown);
  });

  it('cannot prove the order of messages', async () => {
    await send('order');
    const rules = { exactlyOnce: false, ordered: true };
    await expect(judged('order', {}, { rules })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('are not used if there are none', async () => {
    await send('bare');
    const queue = await unreadable('amqp://localhost:1/q');
    await expect(verdictOf('bare', { queue })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('a tap', () => {
  const follow = async (
    run: string,
    some: { queue?: Queue; deadlineMs?: number; stop?: AbortSignal } = {},
  ) => {
    const { folders: _, from: __, ...common } = { ...options(run), ...some };
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const folder = folderOf(run);
    const verdict = verifyByTap({
      stop: never,
      ...common,
      folder,
      observed: null,
      onOpen: () => opened(),
    });
    await Promise.race([open, verdict]);
    return { folder, verdict };
  };

  it('waits until the service ends', async () => {
    const { folder, verdict } = await follow('live');
    await workFor(folder, { processed: [1], endsAtMs: null });
    await send('live');
    // If the tap (the live reader) did not wait for the service, it would end during this pause.
    await pause(500, never);
    await workFor(folder, { processed: without(1), endsAtMs: null });
    await workFor(folder, { processed: [] });
    const { record } = await verdict;
    expect(record).toMatchObject({
      verdict: 'pass',
      reading: 'log',
      service: { ended: true, processed: 10 },
    });
  });

  it('does not wait for a service after the deadline', async () => {
    const { folder, verdict } = await follow('hanging', { deadlineMs: 4_000 });
    await workFor(folder, { processed: [1], endsAtMs: null });
    await send('hanging');
    const unfinished = { verdict: 'unknown', service: { ended: false, unprocessed: 9 } };
    expect((await verdict).record).toMatchObject(unfinished);
  });

  it('does not wait for a service after it is stopped', async () => {
    const stop = new AbortController();
    const { folder, verdict } = await follow('stopped', { stop: stop.signal, deadlineMs: 600_000 });
    await workFor(folder, { endsAtMs: null });
    await send('stopped');
    stop.abort();
    expect((await verdict).record).toMatchObject({ verdict: 'pass', service: { ended: false } });
  });

  it('uses receipts instead if the queue supports no tap but there is a service', async () => {
    const sqs = await unreadable('sqs://us-east-1/123456789012/q');
    const queue: Queue = Object.assign(Object.create(sqs), { prepare: async () => {} });
    await workFor(folderOf('sqs'), { processed: [], endsAtMs: null });
    const { folder, verdict } = await follow('sqs', { queue });
    await send('sqs');
    await workFor(folder);
    expect((await verdict).record).toMatchObject({ verdict: 'pass', reading: 'receipts', received: 10 });
  });
});
