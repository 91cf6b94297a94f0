import { describe, expect, it } from 'vitest';
import { NO_IDENTITY } from '../src/message/placement.ts';
import { writeMessage } from '../src/message/write.ts';
import { readRun } from '../src/runs/documents/run-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, edit, identity, LOOPS, message, plan } from './support/history.ts';

/**
 * Tests which run a message belongs to: one of several runs, one of several executions with the same ID, or
 * none.
 */

const bed = evidenceBed();
const { send, produce, options, verdictOf, tapAt, folderOf, beforeSecondDrain } = bed;

describe('messages without identity', () => {
  const nameless = { plan: plan({ identity: NO_IDENTITY }), value: () => '{"a":1}' };

  it('are only counted: enough messages give unknown, and too few fail', async () => {
    await send('nameless', nameless);
    expect(await verdictOf('nameless')).toMatchObject({
      verdict: 'unknown',
      kinds: ['no-identity'],
      received: 10,
      lost: 0,
    });
    await send('fewer', { ...nameless, drops: [1, 2, 3] });
    // The ten messages of the first run are in the same topic. Without identity, they cannot be distinguished from
    // the messages of this run.
    expect(await verdictOf('fewer')).toMatchObject({
      verdict: 'unknown',
      received: 10,
      lost: 0,
      foreign: 7,
    });
    await tapAt(folderOf('fewer'), 5);
    expect(await verdictOf('fewer')).toMatchObject({ verdict: 'fail', received: 7, lost: 3, foreign: 0 });
  });

  it.each([
    [
      'fewer than the acks',
      [1, 2, 3, 9],
      { verdict: 'fail', received: 6, lost: 2, recovered: 0, foreign: 0 },
    ],
    [
      'enough for the acks only',
      [1],
      { verdict: 'unknown', received: 9, lost: 0, recovered: 1, unresolved: 1, foreign: 0 },
    ],
    [
      'more than were sent',
      [],
      { verdict: 'unknown', received: 10, recovered: 2, unresolved: 0, foreign: 2 },
    ],
  ])('count first as acknowledged, then as indeterminate: %s', async (_, drops, expected) => {
    const answer = (loop: number) => (loop <= 2 ? '500' : '200');
    await send('doubtful', { ...nameless, drops, answer });
    for (let i = 0; i < 2 && drops.length === 0; i++) await produce('{"b":2}');
    expect(await verdictOf('doubtful')).toMatchObject(expected);
  });

  it('are counted together with messages that carry the ID', async () => {
    await send('borrowed', { ...nameless, drops: EVERY_LOOP });
    for (let i = 0; i < 3; i++) await produce(message('borrowed', 99));
    expect(await verdictOf('borrowed')).toMatchObject({
      verdict: 'fail',
      received: 3,
      lost: 7,
      unexpected: 0,
    });
  });

  it('are awaited only while there are fewer of them than acks', async () => {
    await send('nameless', { ...nameless, drops: [1] });
    beforeSecondDrain(() => produce('{"a":1}'));
    const patient = { from: { kind: 'beginning' }, settleMs: 600_000, deadlineMs: 600_000 } as const;
    expect(await verdictOf('nameless', patient)).toMatchObject({
      verdict: 'unknown',
      lost: 0,
      kinds: ['no-identity'],
    });
  });
});

describe('a run ID that was used before', () => {
  it('does not satisfy acks with messages of an earlier execution', async () => {
    for (const loop of EVERY_LOOP) {
      await produce(writeMessage('{"a":1}', identity('again', loop), Date.now() - 60_000));
    }
    await send('again', { drops: EVERY_LOOP });
    const result = await verdictOf('again');
    expect(result).toMatchObject({ verdict: 'fail', lost: 10, received: 0, kinds: ['lost'] });
    expect(result).toMatchObject({ otherExecution: 10, duplicated: 0, unexpected: 0, foreign: 0 });
  });

  it('does not satisfy acks with messages of a later execution', async () => {
    const value = (run: string, loop: number, sentAtMs: number) =>
      message(run, loop, sentAtMs + (loop === 4 ? 100_000 : 0));
    await send('again', { value });
    expect(await verdictOf('again')).toMatchObject({ verdict: 'fail', lost: 1, kinds: ['lost'] });
  });

  it.each([
    ['before', -60_000],
    ['after', 20_000],
  ])('does not affect a complete run when a longer one was sent %s it', async (_, ms) => {
    const longer = Array.from({ length: 2 * LOOPS }, (_, i) => i + 1);
    for (const loop of longer) await produce(message('again', loop, Date.now() + ms));
    await send('again');
    const exactly = { rules: { exactlyOnce: true, ordered: true } };
    expect(await verdictOf('again', exactly)).toMatchObject({
      verdict: 'pass',
      received: 10,
      duplicated: 0,
      unexpected: 0,
      outOfOrder: 0,
      otherExecution: 20,
    });
  });

  it('gives unknown if two senders used it at once, and does not affect other runs', async () => {
    await send('shared', { drops: EVERY_LOOP });
    const { startedAtMs = 0, end } = readRun(folderOf('shared')) ?? {};
    await edit(runFiles(folderOf('shared')).run, (text) =>
      text.replace(`"atMs": ${end?.atMs}`, `"atMs": ${startedAtMs + 30_000}`),
    );
    for (const loop of EVERY_LOOP) await produce(message('shared', loop, startedAtMs + 10_000));
    const result = await verdictOf('shared');
    expect(result).toMatchObject({ verdict: 'unknown', received: 0, otherExecution: 10 });
    expect(result.kinds).toEqual(['id-reused']);
    await send('holed', { drops: [3] });
    const { record } = await verifyByReplay(options('shared', 'holed'));
    expect(record.verdict).toBe('fail');
    expect(record.reasons).toMatchObject([{ kind: 'lost', count: 1 }, { kind: 'id-reused' }]);
  });

  it('gives unknown if a message has no row, or no checksum that proves its send time', async () => {
    await send('again');
    await produce(message('again', 1, Date.now() - 60_000));
    expect(await verdictOf('again')).toMatchObject({ verdict: 'pass', otherExecution: 1 });
    await produce(message('again', 2).replace('"a":1', '"a":2'));
    expect(await verdictOf('again')).toMatchObject({
      verdict: 'unknown',
      corrupt: 1,
      kinds: ['id-reused'],
    });
  });
});

describe('several runs', () => {
  it('pass only if each run has an acknowledged message', async () => {
    await send('a');
    const idle = await send('b', { drops: EVERY_LOOP });
    await edit(runFiles(idle).samples, (text) => text.replaceAll(',200,', ',400,'));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'nothing-acked' }] });
  });

  it('are refused if one of them carries no identity', async () => {
    await send('a');
    await send('b', { plan: plan({ identity: NO_IDENTITY }), value: () => '{"a":1}' });
    await expect(verifyByReplay(options('a', 'b'))).rejects.toMatchObject({ exitCode: 2 });
  });

  it('are refused if one was sent without a queue, because all its messages would count as lost', async () => {
    await send('a');
    const direct = await send('a-direct', { drops: EVERY_LOOP });
    await edit(runFiles(direct).run, (text) =>
      JSON.stringify({ ...JSON.parse(text), queue: null, experiment: { id: 'a', direct: true } }),
    );
    for (const runs of [['a', 'a-direct'], ['a-direct']])
      await expect(verifyByReplay(options(...runs))).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('run "a-direct" was sent directly to a service'),
      });
  });

  it('are refused if one is given twice', async () => {
    await send('a');
    await expect(verifyByReplay(options('a', 'a'))).rejects.toMatchObject({ exitCode: 2 });
  });

  it('are judged together, and their messages are not foreign to each other', async () => {
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
    expect(histogram.totalCount + record.latencyMs.negative).toBe(29);
  });

  it('pass only if each run has ended', async () => {
    await send('a');
    await send('b', { ends: false });
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record.verdict).toBe('unknown');
  });

  it('pass only if the samples of each run are clear', async () => {
    await send('a');
    const folder = await send('b');
    await edit(runFiles(folder).samples, (text) => text.slice(0, -8));
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'unclear-samples' }] });
  });
});
