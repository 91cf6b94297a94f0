import { describe, expect, it } from 'vitest';
import { writeMessage } from '../src/message/write.ts';
import type { Plan } from '../src/plan/plan.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { verifyByReplay } from '../src/verify/replay.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { EVERY_LOOP, edit, identity, message, plan } from './support/history.ts';

/** Tests what the bytes of a message prove. */

const bed = evidenceBed();
const { send, produce, options, verdictOf } = bed;

describe('encoded messages', () => {
  const base64 = (run: string, loop: number) => Buffer.from(message(run, loop)).toString('base64');

  it('give unknown while no message of the run is readable', async () => {
    await send('encoded', { value: base64 });
    const result = await verdictOf('encoded');
    expect(result).toMatchObject({ verdict: 'unknown', lost: 10, kinds: ['nothing-identified'] });
    expect(result.reasons[0]?.text).toContain('10 messages that qbl cannot identify');
  });

  it('count as lost if one message of the run is readable', async () => {
    await send('half', { value: (run, loop) => (loop === 1 ? message(run, loop) : base64(run, loop)) });
    expect(await verdictOf('half')).toMatchObject({ verdict: 'fail', lost: 9, kinds: ['lost'] });
  });

  it.each([
    ['in an envelope with the key of the message', { raw: true }],
    ['behind other text', { raw: false }],
  ])('give unknown %s, because qbl cannot identify them', async (_, { raw }) => {
    const value = (run: string, loop: number) =>
      raw
        ? JSON.stringify({ qbl: JSON.parse(message(run, loop)).qbl, data: base64(run, loop) })
        : `INFO sent ${message(run, loop)}`;
    await send('encoded', { value });
    const result = { verdict: 'unknown', lost: 10, kinds: ['nothing-identified'] };
    expect(await verdictOf('encoded')).toMatchObject(result);
  });

  it('of another run do not excuse a loss, although they have a readable key', async () => {
    const value = (run: string, loop: number) =>
      JSON.stringify({ qbl: JSON.parse(message(run, loop)).qbl, data: base64(run, loop) });
    await send('encoded', { value });
    await send('gone', { drops: EVERY_LOOP });
    const { record } = await verifyByReplay(options('encoded', 'gone'));
    expect(record).toMatchObject({ verdict: 'fail', reasons: [{ kind: 'lost', count: 10 }, {}] });
  });

  it('of one run do not excuse the loss of another run', async () => {
    await send('encoded', { value: base64 });
    await send('holed', { drops: [3, 4] });
    const together = await verifyByReplay(options('encoded', 'holed'));
    expect(together.record).toMatchObject({
      verdict: 'fail',
      lost: 12,
      reasons: [{ kind: 'lost', count: 2 }, { kind: 'nothing-identified' }],
    });
    // No message of the run `gone` is readable, as for the run `encoded`. But no unreadable message arrived during the
    // run `gone`, so the loss of its messages is proven.
    await send('gone', { drops: EVERY_LOOP, aheadMs: 3_600_000 });
    const { record } = await verifyByReplay(options('encoded', 'gone'));
    expect(record).toMatchObject({ verdict: 'fail', reasons: [{ kind: 'lost', count: 10 }, {}] });
  });

  it('from another time do not excuse a loss, nor do messages of other runs', async () => {
    await produce(base64('gone', 1));
    await produce(message('other', 1));
    await send('gone', { drops: EVERY_LOOP, aheadMs: 3_600_000 });
    const result = await verdictOf('gone');
    expect(result).toMatchObject({ verdict: 'fail', lost: 10 });
    const { url } = bed.queue;
    expect(result.reasons[0]?.text).toContain(
      `No message of gone is in ${url}: the queue has 2 other messages`,
    );
  });

  it("give unknown whatever a producer's timestamp says, because the producer's clock may be wrong", async () => {
    await send('skewed', { value: base64, aheadMs: 600_000 });
    bed.stampByProducers(0);
    const result = { verdict: 'unknown', lost: 10, kinds: ['nothing-identified'] };
    expect(await verdictOf('skewed')).toMatchObject(result);
  });

  it('are not suspected when the run was sent to another queue', async () => {
    const folder = await send('astray', { drops: EVERY_LOOP });
    const other = bed.queue.url.replace('evidence', 'another');
    await edit(runFiles(folder).run, (text) => text.replace(bed.queue.url, other));
    const { reasons } = await verdictOf('astray');
    expect(reasons[0]?.text).toMatch(/the queue is empty\. The run was sent to kafka:.*another$/);
  });
});

describe('a message', () => {
  it.each([
    ['504', 'indeterminate'],
    ['400', 'rejected'],
  ])(
    'fails as corrupt if it was damaged right after its run ID and was answered with %s',
    async (answer, outcome) => {
      await send('run-a', {
        answer: (loop) => (loop === 5 ? answer : '200'),
        value: (run, loop) => message(run, loop).replace(`${run}"`, loop === 5 ? `${run}#` : `${run}"`),
      });
      const result = { verdict: 'fail', kinds: ['corrupt'], corrupt: 1, foreign: 0, [outcome]: 1 };
      expect(await verdictOf('run-a')).toMatchObject(result);
    },
  );

  it('without a readable identity is not said to be missing from the queue', async () => {
    await send('cut', { value: (run, loop) => `${message(run, loop)}#` });
    const { verdict, corrupt, reasons } = await verdictOf('cut');
    expect({ verdict, corrupt }).toEqual({ verdict: 'fail', corrupt: 10 });
    expect(reasons.map(({ text }) => text).join()).not.toContain('No message of cut is in');
  });

  it('is recognised when damaged, even if its run is named like one of its keys', async () => {
    await send('loop', {
      value: (run, loop) => message(run, loop).replace('"loop":5', '"loop:5'),
      answer: (loop) => (loop === 5 ? '504' : '200'),
    });
    expect(await verdictOf('loop')).toMatchObject({ verdict: 'fail', corrupt: 1 });
  });

  it('does not count as a damaged message of the run that its body mentions', async () => {
    await send('orders');
    const other = writeMessage('{"run":"orders"}', identity('other', 1), Date.now() + 0.25);
    await produce(other.replace('"sum":"', '"sum":"x'));
    await produce(other.replace('"group":1', '"group":'));
    expect(await verdictOf('orders')).toMatchObject({ verdict: 'pass', foreign: 2 });
  });

  it('with a counter of the plan is recognised when a proxy adds fields', async () => {
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
    [
      'in a string within a string',
      (it: string) => JSON.stringify({ Message: JSON.stringify({ body: it }) }),
    ],
    ['behind a schema ID', (it: string) => `\0\0\0\0\x07${it}`],
    ['behind a byte order mark', (it: string) => `\uFEFF${it}`],
    ['twenty levels deep', (it: string) => `${'{"x":'.repeat(20)}${it}${'}'.repeat(20)}`],
  ])('is recognised when it arrives %s', async (_, wrap) => {
    await send('wrapped', { value: (run, loop) => wrap(message(run, loop)) });
    expect(await verdictOf('wrapped')).toMatchObject({ verdict: 'pass', received: 10, corrupt: 0 });
  });
});

describe('a message with copies in two partitions', () => {
  const ordered = { rules: { exactlyOnce: false, ordered: true } };

  it('is in order if only one copy is late, no matter which partition is read first', async () => {
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

  it('is out of order if every copy is late', async () => {
    await send('disordered', { drops: [1, 2, 3] });
    for (const loop of [3, 2, 1]) {
      for (const partition of [0, 1]) await produce(bed.sent('disordered', loop), partition);
    }
    const result = await verdictOf('disordered', ordered);
    expect(result).toMatchObject({ verdict: 'fail', outOfOrder: 3, kinds: ['out-of-order'] });
  });

  it('counts once as enriched', async () => {
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
