import { expect, test } from 'vitest';
import { fieldsHash } from '../../../message/reading/content-hash.ts';
import { Tally } from '../tally.ts';
import { EarlyContents } from './early-contents.ts';

const identity = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
const content = (amount: string, text = `{"amount":${amount}}`) => ({
  hash: fieldsHash([amount]) ?? 0,
  fields: [{ text: amount }],
  text,
});
const token = (amount: string, text?: string) => ({
  kind: 'token' as const,
  run: 'mine',
  identity,
  isDamaged: false,
  content: content(amount, text),
});

/** The copies of a message, and then its row, as a live reader gets them. */
function live(copies: readonly ReturnType<typeof token>[]) {
  const tally = new Tally('mine', undefined, undefined, () => [{ found: '/amount', sent: '5' }]);
  for (const [offset, copy] of copies.entries()) tally.addReading(copy, { partition: 0, offset });
  tally.addTokenSent(identity, { sentAtMs: 0, content: content('5').hash }, true);
  tally.addSample(identity, 'acked', { fromMs: 0, toMs: 1 });
  const period = { fromMs: 0, toMs: 1 };
  const { counts, offenders } = tally.conclude({
    ended: true,
    isPlanned: () => true,
    period,
    isOfRun: () => true,
  });
  return { corrupt: counts.corrupt, offenders: offenders.corrupt, isLeast: tally.contents.isLeast };
}

test('shows the copy that differs from a row that is read later, at its own place', () => {
  expect(live([token('5'), token('7')])).toMatchObject({
    corrupt: 1,
    offenders: [
      {
        place: { partition: 0, offset: 1 },
        content: { fields: [{ field: '/amount', sent: '5', found: '7' }], message: '{"amount":7}' },
      },
    ],
  });
});

test('counts the same copies when too many were read to keep them', () => {
  const long = `"${'x'.repeat(2 ** 24)}"`;
  const { corrupt, offenders } = live([token(long, ''), token('7')]);
  expect(corrupt).toBe(2);
  expect(offenders.map(({ content: kept }) => kept?.fields[0]?.found ?? null)).toEqual(['7', null]);
});

test('keeps a limited number of messages, however small they are, until their rows make room', () => {
  const MANY = 200_000;
  const early = new EarlyContents();
  const of = (loop: number) => ({ ...identity, loop });
  const fill = () => {
    for (let loop = 1; loop <= MANY; loop++)
      early.add(of(loop), { hash: 1, fields: [], text: '' }, { partition: 0, offset: loop });
  };
  const taken = () => {
    let all = 0;
    for (let loop = 1; loop <= MANY; loop++) all += early.take(of(loop)).length;
    return all;
  };
  fill();
  const kept = taken();
  expect(kept).toBeGreaterThan(20_000);
  expect(kept).toBeLessThan(100_000);
  fill();
  expect(taken()).toBe(kept);
});

test('keeps a limited number of fields', () => {
  const early = new EarlyContents();
  const fields = Array.from({ length: 1_000 }, () => ({ problem: 'missing' as const }));
  for (let at = 0; at < 2_000; at++)
    early.add(identity, { hash: 1, fields, text: '' }, { partition: 0, offset: at });
  expect(early.take(identity).length).toBeLessThan(1_000);
});

test('counts every damaged copy, however many were read before the row', () => {
  const copies = Array.from({ length: 700 }, (_, at) => token(at % 2 === 0 ? '7' : '8'));
  expect(live([...copies, token('5')])).toMatchObject({ corrupt: 700, isLeast: false });
});

test('says that there may be more if too many contents were read before the row', () => {
  const copies = Array.from({ length: 40 }, (_, at) => token(String(100 + at)));
  const { corrupt, isLeast } = live([...copies, token('5')]);
  expect(isLeast).toBe(true);
  expect(corrupt).toBeGreaterThan(0);
  expect(corrupt).toBeLessThanOrEqual(40);
  expect(live([token('5'), ...copies])).toMatchObject({ corrupt: 40, isLeast: false });
});
