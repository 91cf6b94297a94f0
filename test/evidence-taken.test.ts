import { describe, expect, it } from 'vitest';
import { NO_IDENTITY } from '../src/message/placement.ts';
import { noteTaken, noteTaking, readSeen } from '../src/runs/rows/seen-jsonl.ts';
import type { VerifyOptions } from '../src/verify/options.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { forbidNotes, plan } from './support/history.ts';

/**
 * Tests which messages a verification removes from a queue permanently, and how the verification records the removal.
 */

const bed = evidenceBed();
const { send, options, verdictOf, removeBefore, folderOf, beforeSecondDrain } = bed;
const unknown = { verdict: 'unknown', kinds: ['taken-before'] };
const takenOf = async (run: string) => (await readSeen(folderOf(run), bed.queue.url)).taken;

/** Verifies the runs as if the queue delivered each message only once. Then removes the messages that were read. */
async function take(runs: readonly string[], some: Partial<VerifyOptions> = {}) {
  const { capabilities } = bed.queue;
  Object.assign(bed.queue, { capabilities: { ...capabilities, tap: false, replay: false } });
  const { record } = await verifyByReplay({ ...options(...runs), consume: true, ...some });
  Object.assign(bed.queue, { capabilities });
  const ends = record.read.flatMap(({ partition, to }) => (to === null ? [] : [{ partition, to }]));
  for (const { partition, to } of ends) await removeBefore(to, partition);
  return record;
}

describe('messages that a verification removed', () => {
  it('are recorded for each of several runs, and count once', async () => {
    await send('a');
    await send('b', { drops: [3] });
    expect(await take(['a', 'b'])).toMatchObject({ reading: 'consumed', verdict: 'fail', lost: 1 });
    expect([await takenOf('a'), await takenOf('b')]).toEqual([10, 9]);
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', lost: 20 });
    expect(record.reasons[0]?.text).toContain('removed 19 messages');
  });

  it('may belong to the run if they carry no identity', async () => {
    await send('nameless', { plan: plan({ identity: NO_IDENTITY }), value: () => '{"a":1}' });
    await take(['nameless']);
    expect(await takenOf('nameless')).toBe(10);
    expect(await verdictOf('nameless')).toMatchObject({ verdict: 'unknown', lost: 10 });
  });

  it('are not lost, even if the queue was given by another URL', async () => {
    const folder = await send('renamed', { drops: [2] });
    expect(await verdictOf('renamed')).toMatchObject({ verdict: 'fail', lost: 1 });
    await noteTaking(folder, 'kafka://elsewhere/queue');
    expect(await verdictOf('renamed')).toMatchObject(unknown);
    await noteTaken(folder, 'kafka://elsewhere/queue', 3);
    const result = await verdictOf('renamed');
    expect(result).toMatchObject(unknown);
    expect(result.reasons[0]?.text).toContain('removed 3 messages');
  });
});

describe('a record for later verifications that cannot be written', () => {
  it('is reported, and does not change the verdict', async () => {
    const folder = await send('full', { drops: [2] });
    const reported: string[] = [];
    beforeSecondDrain(async () => forbidNotes(folder));
    const record = await take(['full'], { settleMs: 500, onUnnoted: (reason) => reported.push(reason) });
    expect(record).toMatchObject({ verdict: 'fail', lost: 1 });
    expect(reported).toEqual([expect.stringContaining('seen.jsonl'), expect.stringContaining('seen.jsonl')]);
  });

  it('stops verify before it removes any message', async () => {
    forbidNotes(await send('forbidden'));
    bed.queue.openReader = () => Promise.reject(new Error('opened'));
    await expect(take(['forbidden'])).rejects.toMatchObject({ exitCode: 4 });
  });
});
