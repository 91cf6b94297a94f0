import { describe, expect, it } from 'vitest';
import { writeTap } from '../src/runs/documents/tap-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { CLOCK_MARGIN_MS } from '../src/verify/judging/doubt.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed, type Sending } from './support/evidence-bed.ts';
import { edit, message } from './support/history.ts';
import { until } from './support/until.ts';

/** Tests where a reading begins, and how long verify waits for missing messages. */

const bed = evidenceBed();
const { send, sent, produce, options, verdictOf, tapAt, beforeSecondDrain, countDrains, stampByProducers } =
  bed;

describe('settling', () => {
  it('does not wait when nothing is missing', async () => {
    await send('complete');
    const patient = { settleMs: 600_000, deadlineMs: 600_000 };
    expect(await verdictOf('complete', patient)).toMatchObject({ verdict: 'pass', drained: true });
  });

  it('proves no loss when it is interrupted', async () => {
    await send('cut', { drops: [2] });
    const patient = { settleMs: 600_000, deadlineMs: 600_000, signal: AbortSignal.abort() };
    expect(await verdictOf('cut', patient)).toMatchObject({
      verdict: 'unknown',
      kinds: ['incomplete-drain'],
    });
  });
});

describe('waiting for a quiet queue', () => {
  const quiet = { from: { kind: 'beginning' }, settleMs: 1_000 } as const;
  const strict = { ...quiet, rules: { exactlyOnce: true, ordered: false } };

  it('happens if a second copy would fail the run', async () => {
    await send('twice');
    beforeSecondDrain(() => produce(sent('twice', 5)));
    const result = await verdictOf('twice', strict);
    expect(result).toMatchObject({ verdict: 'fail', duplicated: 1, settling: { waitedFor: 'quiet' } });
  });

  it('happens if a rejected message may still arrive', async () => {
    await send('denied', { drops: [5], answer: (loop) => (loop === 5 ? '400' : '200') });
    beforeSecondDrain(() => produce(sent('denied', 5)));
    expect(await verdictOf('denied', quiet)).toMatchObject({ verdict: 'fail', phantom: 1 });
  });

  it('is reported with its duration', async () => {
    await send('once');
    const { settling } = await verdictOf('once', { ...strict, settleMs: 300 });
    expect(settling).toMatchObject({ waitedFor: 'quiet', settleMs: 300 });
    expect(settling?.waitedMs).toBeGreaterThanOrEqual(300);
  });

  it('never passes when it is interrupted', async () => {
    await send('cut');
    const stop = new AbortController();
    beforeSecondDrain(async () => stop.abort());
    const patient = { ...strict, settleMs: 600_000, deadlineMs: 600_000, signal: stop.signal };
    expect((await verdictOf('cut', patient)).verdict).toBe('unknown');
  });

  it('happens only once, although the log is read twice', async () => {
    await send('lost', { drops: [3] });
    const drains = countDrains();
    expect(await verdictOf('lost', { settleMs: 600 })).toMatchObject({ verdict: 'fail', lost: 1 });
    expect(drains).toEqual([expect.any(Number), 1]);
    expect(drains[0]).toBeGreaterThan(1);
  });
});

describe('a timestamp of the producer', () => {
  it.each([
    ['damaged', () => message('stamped', 1).replace('"a":1', '"a":2'), { corrupt: 1 }],
    ['unexpected', () => message('stamped', 99), { unexpected: 1 }],
  ])('does not hide a message that is %s from a reading that begins at a time', async (_, text, expected) => {
    await produce(text());
    await send('stamped');
    stampByProducers(1);
    expect(await verdictOf('stamped')).toMatchObject({ verdict: 'fail', notProven: [], ...expected });
  });

  it('makes verify read the whole log, while timestamps of the broker do not', async () => {
    await send('stamped');
    const drains = countDrains();
    expect(await verdictOf('stamped')).toMatchObject({ verdict: 'pass', notProven: [] });
    expect(drains).toEqual([1]);
  });

  it('keeps a pass if the log is too long to read, and reports what is not proven', async () => {
    await send('stamped');
    stampByProducers(0);
    countDrains((reader) => reader % 2 === 0);
    const result = await verdictOf('stamped');
    expect(result).toMatchObject({ verdict: 'pass', notProven: [{ kind: 'not-read-before' }] });
    const rules = { exactlyOnce: true, ordered: false };
    expect((await verdictOf('stamped', { rules })).verdict).toBe('unknown');
  });
});

describe('recorded positions', () => {
  it('are ignored if they belong to another queue', async () => {
    const folder = await send('elsewhere');
    await writeTap(folder, {
      queue: 'kafka://localhost:9092/other',
      start: new Map([
        [0, 5],
        [1, 5],
      ]),
      queueId: null,
      lastingName: null,
    });
    expect(await verdictOf('elsewhere')).toMatchObject({ verdict: 'pass', received: 10 });
  });

  it('do not override a starting point that the user gives', async () => {
    for (let i = 0; i < 4; i++) await produce('{"older":true}', i % 2);
    await tapAt(await send('told'), 2);
    expect(await verdictOf('told')).toMatchObject({ verdict: 'pass', foreign: 0 });
    const from = { kind: 'beginning' } as const;
    expect(await verdictOf('told', { from })).toMatchObject({ verdict: 'pass', foreign: 4 });
  });

  it('do not apply to two runs if only one recorded them', async () => {
    await send('a');
    await tapAt(await send('b'), 5);
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'pass', received: 20 });
  });

  it('of two runs begin where the first run began', async () => {
    await tapAt(await send('a'), 0);
    await tapAt(await send('b'), 5);
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'pass', received: 20 });
  });
});

describe('a reading that begins at a time', () => {
  const aheadMs = 9_000_000;

  /** The sender's clock is so far ahead that the reading begins after the first copy of this message. */
  async function sendAfter(loop: number, sending: Sending = {}) {
    const atMs = Date.now() + aheadMs;
    await produce(message('hinted', loop, atMs + 0.25));
    const producedMs = Date.now();
    const hintMs = await until('the next millisecond', () => Date.now() > producedMs && Date.now());
    const folder = await send('hinted', { atMs, aheadMs, ...sending });
    await edit(runFiles(folder).run, (text) =>
      text.replace(/"startedAtMs": \d+/, `"startedAtMs": ${hintMs + CLOCK_MARGIN_MS}`),
    );
  }

  it.each([
    ['a message that seems lost', '200', { verdict: 'pass', received: 10 }],
    ['a phantom', '400', { verdict: 'fail', phantom: 1 }],
    ['an indeterminate send', '500', { verdict: 'pass', recovered: 1, unresolved: 0 }],
  ])('continues with the whole log, which may hold %s', async (_, status, expected) => {
    await sendAfter(1, { drops: [1], answer: (loop) => (loop === 1 ? status : '200') });
    expect(await verdictOf('hinted')).toMatchObject(expected);
  });

  it('continues with the whole log if the user gave a time after the start of the run', async () => {
    const atMs = Date.now();
    await produce(message('given', 3, atMs + 0.25).replace('"a":1', '"a":2'));
    const producedMs = Date.now();
    const epochMs = await until('the next millisecond', () => Date.now() > producedMs && Date.now());
    const folder = await send('given', { atMs });
    await edit(runFiles(folder).run, (text) => text.replace(/"startedAtMs": \d+/, `"startedAtMs": ${atMs}`));
    const from = { kind: 'time', epochMs } as const;
    expect(await verdictOf('given', { from })).toMatchObject({ verdict: 'fail', corrupt: 1 });
  });

  it.each([
    [
      'a first copy, which matters with --exactly-once',
      { exactlyOnce: true },
      { verdict: 'fail', duplicated: 1 },
    ],
    ['a later message, which matters with --ordered', { ordered: true }, { verdict: 'fail', outOfOrder: 4 }],
    ['a first copy that does not matter', {}, { verdict: 'pass', duplicated: 1, outOfOrder: 4 }],
  ])('continues with the whole log, which may hold %s', async (_, strict, expected) => {
    await sendAfter(10);
    const rules = { exactlyOnce: false, ordered: false, ...strict };
    expect(await verdictOf('hinted', { rules })).toMatchObject(expected);
  });
});
