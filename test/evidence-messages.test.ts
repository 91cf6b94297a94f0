import { describe, expect, it } from 'vitest';
import { writeMessage } from '../src/message/write.ts';
import type { Plan } from '../src/plan/plan.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, edit, identity, message, plan } from './support/history.ts';

/** What the bytes of a message prove. */

const bed = evidenceBed();
const { send, produce, options, verdictOf } = bed;

describe('encoded messages', () => {
  const base64 = (run: string, loop: number) => Buffer.from(message(run, loop)).toString('base64');

  it('are unknown, as long as nothing of the run can be read', async () => {
    await send('encoded', { value: base64 });
    const result = await verdictOf('encoded');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 10, kinds: ['nothing-identified'] });
    expect(result.reasons[0]?.text).toContain('10 messages without a readable identity');
  });

  it('are lost once one message of the run can be read', async () => {
    await send('half', { value: (run, loop) => (loop === 1 ? message(run, loop) : base64(run, loop)) });
    expect(await verdictOf('half')).toMatchObject({ verdict: 'fail', lost: 9, kinds: ['lost'] });
  });

  it('of one run take nothing from the loss of another one', async () => {
    await send('encoded', { value: base64 });
    await send('holed', { drops: [3, 4] });
    const together = await verifyByReplay(options('encoded', 'holed'));
    expect(together.record).toMatchObject({
      verdict: 'fail',
      lost: 12,
      reasons: [{ kind: 'lost', count: 2 }, { kind: 'nothing-identified' }],
    });
    // Nothing of these could be read, either, and nothing came in their time.
    await send('gone', { drops: EVERY_LOOP, aheadMs: 3_600_000 });
    const { record } = await verifyByReplay(options('encoded', 'gone'));
    expect(record).toMatchObject({ verdict: 'fail', reasons: [{ kind: 'lost', count: 10 }, {}] });
  });

  it('of another time, and messages of other runs, are no excuse', async () => {
    await produce(base64('gone', 1));
    await produce(message('other', 1));
    await send('gone', { drops: EVERY_LOOP, aheadMs: 3_600_000 });
    const result = await verdictOf('gone');
    expect(result).toMatchObject({ verdict: 'fail', lost: 10 });
    const { url } = bed.queue;
    expect(result.reasons[0]?.text).toContain(`Nothing of gone is in ${url}: it has 2 messages of others`);
  });

  it('are told from a queue that is not the one of the run', async () => {
    const folder = await send('astray', { drops: EVERY_LOOP });
    const other = bed.queue.url.replace('evidence', 'another');
    await edit(runFiles(folder).run, (text) => text.replace(bed.queue.url, other));
    const { reasons } = await verdictOf('astray');
    expect(reasons[0]?.text).toMatch(/it is empty\. The run was sent to kafka:.*another$/);
  });
});

describe('a message', () => {
  it.each([
    ['504', 'indeterminate'],
    ['400', 'rejected'],
  ])('that was damaged beside the id of its run, and answered %s, fails', async (answer, outcome) => {
    await send('run-a', {
      answer: (loop) => (loop === 5 ? answer : '200'),
      value: (run, loop) => message(run, loop).replace(`${run}"`, loop === 5 ? `${run}#` : `${run}"`),
    });
    const result = { verdict: 'fail', kinds: ['corrupt'], corrupt: 1, foreign: 0, [outcome]: 1 };
    expect(await verdictOf('run-a')).toMatchObject(result);
  });

  it('of a run that is named like one of its keys is known as well when it is damaged', async () => {
    await send('loop', {
      value: (run, loop) => message(run, loop).replace('"loop":5', '"loop:5'),
      answer: (loop) => (loop === 5 ? '504' : '200'),
    });
    expect(await verdictOf('loop')).toMatchObject({ verdict: 'fail', corrupt: 1 });
  });

  it('of another run that is damaged is no fault of the run that its body names', async () => {
    await send('orders');
    const other = writeMessage('{"run":"orders"}', identity('other', 1), Date.now() + 0.25);
    await produce(other.replace('"sum":"', '"sum":"x'));
    await produce(other.replace('"group":1', '"group":'));
    expect(await verdictOf('orders')).toMatchObject({ verdict: 'pass', foreign: 2 });
  });

  it('whose body has a counter of the plan is known when a proxy adds to it', async () => {
    const counter = { kind: 'counter', name: 'n', start: 1, end: null, increment: 1 } as const;
    const counted = planOf('{"a":${n}}', [{ ...counter, format: '', perThread: false }]);
    const value = (run: string, loop: number) =>
      JSON.stringify({
        at: 'x',
        ...JSON.parse(writeMessage(`{"a":${loop}}`, identity(run, loop), Date.now())),
      });
    await send('counted', { plan: counted, value });
    expect(await verdictOf('counted')).toMatchObject({ verdict: 'pass', enriched: 10, corrupt: 0 });
  });

  it.each([
    ['in a text of a text', (it: string) => JSON.stringify({ Message: JSON.stringify({ body: it }) })],
    ['behind the id of a schema', (it: string) => `\0\0\0\0\x07${it}`],
    ['behind a byte order mark', (it: string) => `\uFEFF${it}`],
    ['twenty levels deep', (it: string) => `${'{"x":'.repeat(20)}${it}${'}'.repeat(20)}`],
  ])('that comes %s is the same message', async (_, wrap) => {
    await send('wrapped', { value: (run, loop) => wrap(message(run, loop)) });
    expect(await verdictOf('wrapped')).toMatchObject({ verdict: 'pass', received: 10, corrupt: 0 });
  });
});

describe('a message with copies in two partitions', () => {
  const ordered = { rules: { exactlyOnce: false, ordered: true } };

  it('is not out of order because one of them is late, whichever partition is read first', async () => {
    await send('resent');
    for (const loop of [1, 3, 5, 7, 9]) await produce(bed.sent('resent', loop), 0);
    for (let reading = 0; reading < 5; reading++) {
      expect(await verdictOf('resent', ordered)).toMatchObject({
        verdict: 'pass',
        outOfOrder: 0,
        duplicated: 5,
      });
    }
  });

  it('is out of order when each of them is late', async () => {
    await send('disordered', { drops: [1, 2, 3] });
    for (const loop of [3, 2, 1]) {
      for (const partition of [0, 1]) await produce(bed.sent('disordered', loop), partition);
    }
    const result = await verdictOf('disordered', ordered);
    expect(result).toMatchObject({ verdict: 'fail', outOfOrder: 3, kinds: ['out-of-order'] });
  });

  it('counts once as one to which a proxy added fields', async () => {
    await send('added');
    const text = JSON.stringify({ ...JSON.parse(bed.sent('added', 1)), hop: 1 });
    for (const partition of [0, 0, 1]) await produce(text, partition);
    expect(await verdictOf('added')).toMatchObject({ verdict: 'pass', enriched: 1, duplicated: 1 });
  });
});

function planOf(body: string, variables: Plan['variables']): Plan {
  const usual = plan(variables === undefined ? {} : { variables });
  const threadGroups = usual.threadGroups.map((group) => ({
    ...group,
    requests: group.requests.map((request) => ({ ...request, body })),
  }));
  return { ...usual, threadGroups };
}
