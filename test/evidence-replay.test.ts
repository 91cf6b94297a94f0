import { describe, expect, it, vi } from 'vitest';
import { noteEnds } from '../src/runs/rows/seen-jsonl.ts';
import { makeRunFolder } from '../src/runs/run-folder.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP } from './support/history.ts';

/** From what a later reading of the queue does `verify` conclude what. */

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
} = bed;

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
    await send('skewed', { aheadMs: 9_000_000 });
    expect(await verdictOf('skewed')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('waits for what a proxy enqueues after its answer, and only while something is missing', async () => {
    await send('late', { drops: [5] });
    beforeSecondDrain(() => produce(sent('late', 5)));
    // From the beginning, so that no second reading finds it by chance.
    const patient = { from: { kind: 'beginning' }, settleMs: 600_000, deadlineMs: 600_000 } as const;
    expect(await verdictOf('late', patient)).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('is unknown when retention took away what may have been of the run', async () => {
    await send('old');
    await removeBefore(3);
    expect(await verdictOf('old')).toMatchObject({
      verdict: 'unknown',
      lost: 3,
      drained: true,
      kinds: ['removed-by-retention'],
    });
  });

  it('is a fail when retention took away only what is older than the run', async () => {
    // The older messages are older than the margin that clocks are allowed to differ by: the broker runs in this process.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 120_000 });
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    vi.useRealTimers();
    await send('young', { drops: [1] });
    await removeBefore(2);
    expect(await verdictOf('young')).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it.each([
    ['passes', 'is not part of the run', '200', {}, 'pass'],
    ['is unknown', 'may have been a phantom', '400', {}, 'unknown'],
    ['is unknown', 'may have been of an indeterminate send', '500', {}, 'unknown'],
    ['is unknown', 'may have been a first copy', '200', { exactlyOnce: true }, 'unknown'],
    ['is unknown', 'may have been out of order', '200', { ordered: true }, 'unknown'],
  ])('%s when what retention took away %s', async (_, __, status, rules, verdict) => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', 0);
    await send('gone', {
      drops: status === '200' ? [] : [1],
      answer: (loop) => (loop === 1 ? status : '200'),
    });
    await removeBefore(4);
    const strict = { exactlyOnce: false, ordered: false, ...rules };
    expect(await verdictOf('gone', { rules: strict })).toMatchObject({ verdict, lost: 0 });
  });

  it('is unknown when retention took away what is newer than the clock of the sender tells', async () => {
    await send('future', { aheadMs: 9_000_000 });
    await removeBefore(3);
    expect(await verdictOf('future')).toMatchObject({
      verdict: 'unknown',
      lost: 3,
      kinds: ['removed-by-retention'],
    });
  });

  it('begins where a tap began, and is unknown when the log no longer reaches there', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', i % 2);
    const folder = await send('tapped');
    await tapAt(folder, 2);
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'pass', foreign: 0 });
    await removeBefore(3);
    expect(await verdictOf('tapped')).toMatchObject({ verdict: 'unknown', kinds: ['removed-by-retention'] });
  });

  it.each([
    ['shorter than the old one', 0],
    ['longer than the old one', 20],
  ])('is unknown when the topic was made anew, and is %s', async (_, more) => {
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

  it('is unknown when the topic was made anew and is empty, once an earlier verification has seen more', async () => {
    await send('emptied');
    expect(await verdictOf('emptied')).toMatchObject({ verdict: 'pass' });
    await makeAnew();
    const unknown = { verdict: 'unknown', lost: 10, kinds: ['queue-recreated'] };
    const again = await verdictOf('emptied');
    expect(again).toMatchObject(unknown);
    expect(again.reasons[0]?.text).toMatch(/recreated/);
    // What those between have seen takes nothing from what the first one saw.
    const cutOff = { signal: AbortSignal.abort() };
    expect(await verdictOf('emptied', cutOff)).toMatchObject({ verdict: 'unknown', drained: false });
    expect(await verdictOf('emptied')).toMatchObject(unknown);
  });

  it('knows no absence once the queue told an id, and tells none now', async () => {
    const noted = await send('untold', { drops: [2] });
    for (const folder of [noted, await send('untold-whole')])
      await noteEnds(folder, bed.queue.url, new Map(), 'an id');
    const result = await verdictOf('untold');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 1, kinds: ['queue-id-unavailable'] });
    expect(result.reasons[0]?.text).toContain('reports none now');
    const whole = await verdictOf('untold-whole');
    expect(whole).toMatchObject({ verdict: 'pass', notProven: [{ kind: 'queue-id-unavailable' }] });
  });

  it('is a fail though an earlier verification has seen the end of another queue', async () => {
    const folder = await send('moved', { drops: [2] });
    await noteEnds(folder, 'kafka://localhost:9092/other', new Map([[0, 99]]), 'another');
    expect(await verdictOf('moved')).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('from the beginning is unknown when the topic was made anew, and a tap has seen more', async () => {
    await makeRunFolder(folderOf('short'));
    await tapAt(folderOf('short'), 8);
    await send('short', { drops: EVERY_LOOP });
    const from = { kind: 'beginning' } as const;
    expect(await verdictOf('short', { from })).toMatchObject({ verdict: 'unknown', lost: 10 });
  });

  it('is unknown when retention took away what was in a partition that was added meanwhile', async () => {
    const folder = await send('grown', { drops: [3] });
    await tapAt(folder, 0);
    await addPartition();
    for (const text of ['one', 'two']) await produce(`"${text}"`, 2);
    expect(await verdictOf('grown')).toMatchObject({ verdict: 'fail', lost: 1 });
    await removeBefore(1, 2);
    expect(await verdictOf('grown')).toMatchObject({ verdict: 'unknown', kinds: ['read-too-late'] });
  });

  it('is unknown when all of the run was removed, and nothing tells by how much clocks differ', async () => {
    await send('ahead', { aheadMs: 600_000 });
    for (const partition of [0, 1]) await produce('{"younger":true}', partition);
    for (const partition of [0, 1]) await removeBefore(5, partition);
    expect(await verdictOf('ahead')).toMatchObject({
      verdict: 'unknown',
      lost: 10,
      kinds: ['removed-by-retention'],
    });
  });

  it('begins where it is told to', async () => {
    await send('told', { drops: [2] });
    const from = { kind: 'time', epochMs: Date.now() + 60_000 } as const;
    expect(await verdictOf('told', { from })).toMatchObject({ verdict: 'fail', lost: 1 });
  });

  it('from the beginning is unknown where the log no longer reaches to where the run began', async () => {
    const folder = await send('trimmed');
    await tapAt(folder, 0);
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
