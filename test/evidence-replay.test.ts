import { describe, expect, it, vi } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import { readRun } from '../src/runs/documents/run-json.ts';
import { noteEnds } from '../src/runs/rows/seen-jsonl.ts';
import { makeRunFolder } from '../src/runs/run-folder.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, message } from './support/history.ts';

/** Tests what verify concludes from reading the queue after the run. */

const bed = evidenceBed();
const {
  send,
  sent,
  produce,
  verdictOf,
  removeBefore,
  makeAnew,
  addPartition,
  tapAt,
  folderOf,
  beforeSecondDrain,
  beforeRereading,
  stampByProducers,
} = bed;

describe('a replay', () => {
  it('passes if every acknowledged message is in the queue, and fails if one is missing', async () => {
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

  it('reads the whole log before it reports a loss, because clocks differ', async () => {
    await send('skewed', { aheadMs: 9_000_000 });
    expect(await verdictOf('skewed')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('waits for messages that a proxy enqueues after its answer, and only while some are missing', async () => {
    await send('late', { drops: [5] });
    beforeSecondDrain(() => produce(sent('late', 5)));
    // The first reading starts at the beginning of the log, so no second reading of the whole log follows. Verify must
    // wait to find the late message.
    const patient = { from: { kind: 'beginning' }, settleMs: 600_000, deadlineMs: 600_000 } as const;
    expect(await verdictOf('late', patient)).toMatchObject({ verdict: 'pass', received: 10 });
  });

  describe('keeps an unexpected message that retention removes before the log is read again', () => {
    const kept = { verdict: 'fail', kinds: ['unexpected'], lost: 0, received: 11, unexpected: 1 };

    it('if the replay begins where a tap began', async () => {
      await produce(message('kept', 99, Date.now()), 0);
      await tapAt(await send('kept', { drops: [3] }), 0);
      beforeRereading(async () => {
        await produce(sent('kept', 3), 1);
        await removeBefore(1, 0);
      });
      expect(await verdictOf('kept')).toMatchObject(kept);
    });

    it('if the replay begins at a time', async () => {
      await produce('{"older":true}', 0);
      await produce(message('kept', 99, Date.now()), 0);
      await send('kept');
      stampByProducers(1);
      beforeRereading(() => removeBefore(2, 0));
      expect(await verdictOf('kept')).toMatchObject({
        ...kept,
        offenders: { unexpected: [{ identity: { loop: 99 } }] },
      });
    });

    it.each([
      ['during this run', 0.5],
      ['before this run', -120_000],
    ])('unless it may be of another execution with the same ID, %s', async (_, afterStartMs) => {
      await produce(message('kept', 99, Date.now()), 0);
      const folder = await send('kept', { drops: [3] });
      await tapAt(folder, 0);
      const sentAtMs = (readRun(folder)?.startedAtMs ?? 0) + afterStartMs;
      beforeRereading(async () => {
        await produce(sent('kept', 3), 1);
        await produce(message('kept', 10, sentAtMs), 1);
        await removeBefore(1, 0);
      });
      expect(await verdictOf('kept')).toMatchObject({ verdict: 'unknown', kinds: ['id-reused'] });
    });
  });

  it('is unknown if retention removed messages that may belong to the run', async () => {
    await send('old');
    await removeBefore(3);
    expect(await verdictOf('old')).toMatchObject({
      verdict: 'unknown',
      lost: 3,
      drained: true,
      kinds: ['removed-by-retention'],
    });
  });

  it('fails if retention removed only messages that are older than the run', async () => {
    // These messages are sent two minutes before the run, which is more than the largest expected difference between
    // clocks. The broker runs in this process, so a fake clock works.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 120_000 });
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    vi.useRealTimers();
    await send('young', { drops: [1] });
    await removeBefore(2);
    expect(await verdictOf('young')).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it.each([
    ['passes', 'are not part of the run', '200', {}, 'pass'],
    ['is unknown', 'may have been phantoms', '400', {}, 'unknown'],
    ['is unknown', 'may have been sent with an indeterminate outcome', '500', {}, 'unknown'],
    ['is unknown', 'may have been first copies', '200', { exactlyOnce: true }, 'unknown'],
    ['is unknown', 'may have been out of order', '200', { ordered: true }, 'unknown'],
  ])('%s if the messages that retention removed %s', async (_, __, status, rules, verdict) => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    await send('gone', {
      drops: status === '200' ? [] : [1],
      answer: (loop) => (loop === 1 ? status : '200'),
    });
    await removeBefore(4);
    const strict = { exactlyOnce: false, ordered: false, ...rules };
    expect(await verdictOf('gone', { rules: strict })).toMatchObject({ verdict, lost: 0 });
  });

  it("is unknown if retention removed messages while the sender's clock was ahead", async () => {
    await send('future', { aheadMs: 9_000_000 });
    await removeBefore(3);
    expect(await verdictOf('future')).toMatchObject({
      verdict: 'unknown',
      lost: 3,
      kinds: ['removed-by-retention'],
    });
  });

  it('begins where a tap began, and is unknown if the log no longer reaches that position', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', i % 2);
    const folder = await send('tapped');
    await tapAt(folder, 2);
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'pass', foreign: 0 });
    await removeBefore(3);
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'unknown', kinds: ['removed-by-retention'] });
  });

  it.each([
    ['shorter than before', 0],
    ['longer than before', 20],
  ])('is unknown if the topic was recreated and is %s', async (_, more) => {
    for (let i = 0; i < 16; i++) await produce('{"older":true}', i % 2);
    await makeRunFolder(folderOf('anew'));
    await tapAt(folderOf('anew'), 8);
    await makeAnew();
    await send('anew');
    for (let i = 0; i < more; i++) await produce('{"younger":true}', i % 2);
    const result = await verdictOf('anew');
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['queue-recreated'] });
    expect(result.reasons[0]?.text).toMatch(/recreated/);
  });

  it('is unknown if the topic was recreated and is empty, but an earlier verification saw messages', async () => {
    await send('emptied');
    expect(await verdictOf('emptied')).toMatchObject({ verdict: 'pass' });
    await makeAnew();
    const unknown = { verdict: 'unknown', lost: 10, kinds: ['queue-recreated'] };
    const again = await verdictOf('emptied');
    expect(again).toMatchObject(unknown);
    expect(again.reasons[0]?.text).toMatch(/recreated/);
    // The next two verifications must not replace what the first verification recorded.
    const cutOff = { signal: AbortSignal.abort() };
    expect(await verdictOf('emptied', cutOff)).toMatchObject({ verdict: 'unknown', drained: false });
    expect(await verdictOf('emptied')).toMatchObject(unknown);
  });

  it('proves no loss if the queue reported an ID before and reports no id now', async () => {
    const noted = await send('untold', { drops: [2] });
    for (const folder of [noted, await send('untold-whole')])
      await noteEnds(folder, { queue: bed.queue.url, ends: new Map(), queueId: 'an id', lastingName: null });
    const result = await verdictOf('untold');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 1, kinds: ['queue-id-unavailable'] });
    expect(result.reasons[0]?.text).toContain('reports no id now');
    const whole = await verdictOf('untold-whole');
    expect(whole).toMatchObject({ verdict: 'pass', notProven: [{ kind: 'queue-id-unavailable' }] });
  });

  it('stays unknown if the recreated topic is longer when it is verified again', async () => {
    await send('again', { drops: [1] });
    expect(await verdictOf('again')).toMatchObject({ verdict: 'fail', lost: 1 });
    await makeAnew();
    expect(await verdictOf('again')).toMatchObject({ verdict: 'unknown', kinds: ['queue-recreated'] });
    for (let i = 0; i < 30; i++) await produce('{"younger":true}', i % 2);
    const result = await verdictOf('again');
    expect(result).toMatchObject({ verdict: 'unknown', kinds: ['queue-recreated'] });
    expect(result.reasons[0]?.text).toMatch(
      /^an earlier verification noticed: partition \d ends at offset 0/,
    );
  });

  it('fails although an earlier verification recorded the end of another queue', async () => {
    const folder = await send('moved', { drops: [2] });
    const other = { queue: 'kafka://localhost:9092/other', ends: new Map([[0, 99]]), queueId: 'another' };
    await noteEnds(folder, { ...other, lastingName: 'another cluster/other' });
    expect(await verdictOf('moved')).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('is unknown if the topic was recreated, although the earlier verification read it at another URL', async () => {
    const url = bed.queue.url.replace('127.0.0.1', 'localhost');
    expect(url).not.toBe(bed.queue.url);
    const queue = await openQueue(url);
    await send('renamed');
    expect(await verdictOf('renamed', { queue })).toMatchObject({ verdict: 'pass' });
    await queue.close();
    await makeAnew();
    const unknown = { verdict: 'unknown', lost: 10, kinds: ['queue-recreated'] };
    expect(await verdictOf('renamed')).toMatchObject(unknown);
  });

  it('passes if the queue has every message, although a queue of the same name was longer at another URL', async () => {
    const folder = await send('mirrored');
    const lastingName = (await bed.queue.lastingName?.()) ?? null;
    const ends = new Map([[0, 99]]);
    await noteEnds(folder, { queue: 'kafka://mirror:9092/evidence', ends, queueId: null, lastingName });
    for (const _ of [1, 2])
      expect(await verdictOf('mirrored')).toMatchObject({
        verdict: 'pass',
        notProven: [{ kind: 'queue-recreated' }],
      });
  });

  it('from the beginning is unknown if the topic was recreated and a tap saw more', async () => {
    await makeRunFolder(folderOf('short'));
    await tapAt(folderOf('short'), 8);
    await send('short', { drops: EVERY_LOOP });
    const from = { kind: 'beginning' } as const;
    expect(await verdictOf('short', { from })).toMatchObject({ verdict: 'unknown', lost: 10 });
  });

  it('is unknown if retention removed messages of a partition that was added later', async () => {
    const folder = await send('grown', { drops: [3] });
    await tapAt(folder, 0);
    await addPartition();
    for (const text of ['one', 'two']) await produce(`"${text}"`, 2);
    expect(await verdictOf('grown')).toMatchObject({ verdict: 'fail', lost: 1 });
    await removeBefore(1, 2);
    expect(await verdictOf('grown')).toMatchObject({ verdict: 'unknown', kinds: ['removed-by-retention'] });
  });

  it('is unknown if all messages of the run were removed and the clock difference is not known', async () => {
    await send('ahead', { aheadMs: 600_000 });
    for (const partition of [0, 1]) await produce('{"younger":true}', partition);
    for (const partition of [0, 1]) await removeBefore(5, partition);
    expect(await verdictOf('ahead')).toMatchObject({
      verdict: 'unknown',
      lost: 10,
      kinds: ['removed-by-retention'],
    });
  });

  it('begins at the starting point that the user gives', async () => {
    await send('told', { drops: [2] });
    const from = { kind: 'time', epochMs: Date.now() + 60_000 } as const;
    expect(await verdictOf('told', { from })).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('from the beginning is unknown if the log no longer reaches the start of the run', async () => {
    const folder = await send('trimmed');
    await tapAt(folder, 0);
    await removeBefore(3);
    expect(await verdictOf('trimmed', { from: { kind: 'beginning' } })).toMatchObject({
      verdict: 'unknown',
      lost: 3,
    });
  });

  it('is unknown if the deadline passes while messages are missing', async () => {
    await send('slow', { drops: [2] });
    const result = await verdictOf('slow', { settleMs: 60_000, deadlineMs: 600 });
    expect(result).toMatchObject({ verdict: 'unknown', drained: false, kinds: ['incomplete-drain'] });
  });
});
