import { describe, expect, it } from 'vitest';
import { noteTaken, noteTaking, readSeen } from '../src/runs/rows/seen-jsonl.ts';
import type { VerifyOptions } from '../src/verify/options.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { forbidNotes, plan } from './support/history.ts';

/** What a verification takes out of a queue for good, and what it leaves word of. */

const bed = evidenceBed();
const { send, options, verdictOf, removeBefore, folderOf, beforeSecondDrain } = bed;
const unknown = { verdict: 'unknown', kinds: ['taken-before'] };
const takenOf = async (run: string) => (await readSeen(folderOf(run), bed.queue.url)).taken;

/** The log is read as a queue that gives each message out once, and is empty afterwards. */
async function take(runs: readonly string[], some: Partial<VerifyOptions> = {}) {
  const { capabilities } = bed.queue;
  Object.assign(bed.queue, { capabilities: { ...capabilities, tap: false, replay: false } });
  const { record } = await verifyByReplay({ ...options(...runs), consume: true, ...some });
  Object.assign(bed.queue, { capabilities });
  const ends = record.read.flatMap(({ partition, to }) => (to === null ? [] : [{ partition, to }]));
  for (const { partition, to } of ends) await removeBefore(to, partition);
  return record;
}

describe('what was taken', () => {
  it('of several runs is noted for each of them, and counts once', async () => {
    await send('a');
    await send('b', { drops: [3] });
    expect(await take(['a', 'b'])).toMatchObject({ reading: 'consumed', verdict: 'fail', lost: 1 });
    expect([await takenOf('a'), await takenOf('b')]).toEqual([10, 9]);
    const { record } = await verifyByReplay(options('a', 'b'));
    expect(record).toMatchObject({ verdict: 'unknown', lost: 20 });
    expect(record.reasons[0]?.text).toContain('took 19 messages');
  });

  it('without identity may have been of the run', async () => {
    await send('nameless', { plan: plan({ identity: false }), value: () => '{"a":1}' });
    await take(['nameless']);
    expect(await takenOf('nameless')).toBe(10);
    expect(await verdictOf('nameless')).toMatchObject({ verdict: 'unknown', lost: 10 });
  });

  it('from the queue under another name is not absent', async () => {
    const folder = await send('renamed', { drops: [2] });
    expect(await verdictOf('renamed')).toMatchObject({ verdict: 'fail', lost: 1 });
    await noteTaking(folder, 'kafka://elsewhere/queue');
    expect(await verdictOf('renamed')).toMatchObject(unknown);
    await noteTaken(folder, 'kafka://elsewhere/queue', 3);
    const result = await verdictOf('renamed');
    expect(result).toMatchObject(unknown);
    expect(result.reasons[0]?.text).toContain('took 3 messages');
  });
});

describe('what cannot be noted', () => {
  it('of what was seen and taken is told, and costs no verdict', async () => {
    const folder = await send('full', { drops: [2] });
    const told: string[] = [];
    beforeSecondDrain(async () => forbidNotes(folder));
    const record = await take(['full'], { settleMs: 500, onUnnoted: (reason) => told.push(reason) });
    expect(record).toMatchObject({ verdict: 'fail', lost: 1 });
    expect(told).toEqual([expect.stringContaining('seen.jsonl'), expect.stringContaining('seen.jsonl')]);
  });

  it('before anything is taken keeps verify from taking', async () => {
    forbidNotes(await send('forbidden'));
    bed.queue.openReader = () => Promise.reject(new Error('opened'));
    await expect(take(['forbidden'])).rejects.toMatchObject({ exitCode: 4 });
  });
});
