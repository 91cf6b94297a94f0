import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FoundField, fieldsHash } from '../../../message/reading/content-hash.ts';
import { differenceOf } from './content-difference.ts';

const value = fc.constantFrom('1', '"a"', '{"b":[]}');

/**
 * Generates up to three compared fields of a message. Each has the value that was sent, the value that was found, and
 * whether the plan alone determines the sent value.
 */
const fields = fc.array(fc.record({ sent: value, found: fc.option(value), isDetermined: fc.boolean() }), {
  minLength: 1,
  maxLength: 3,
});

function asFound(text: string | null): FoundField {
  return text === null ? { problem: 'missing' } : { text };
}

test('names exactly what follows from the determined values and the one hash', () => {
  fc.assert(
    fc.property(fields, (all) => {
      fc.pre(all.some(({ sent, found }) => sent !== found));
      const sentHash = fieldsHash(all.map(({ sent }) => sent)) ?? 0;
      const content = { hash: 0, fields: all.map(({ found }) => asFound(found)), text: 'the message' };
      const compared = all.map(({ sent, isDetermined }, at) => ({
        found: `/${at}`,
        sent: isDetermined ? sent : null,
      }));
      const named = new Map(
        differenceOf(content, compared, sentHash).fields.map((each) => [each.field, each.isCertain]),
      );
      const isMissing = all.some(({ found, isDetermined }) => !isDetermined && found === null);
      for (const [at, { sent, found, isDetermined }] of all.entries()) {
        const isKnown = isDetermined || found === null;
        const differs = sent !== found;
        if (isKnown) expect(named.get(`/${at}`), 'known').toBe(differs ? true : undefined);
        else if (differs && !isMissing) expect(named.has(`/${at}`), 'a difference is named').toBe(true);
        else expect(named.get(`/${at}`), 'an unchanged field is never certain to differ').not.toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

const UUID = { found: '/id', sent: null };
const AMOUNT = { found: '/total', sent: '5' };
const of = (...found: string[]) => ({
  hash: 0,
  fields: found.map((text) => ({ text })),
  text: '{"a":\u001b1}',
});

test('an undetermined field is unchanged if it explains the hash together with the determined ones', () => {
  const sentHash = fieldsHash(['"u"', '5']) ?? 0;
  expect(differenceOf(of('"u"', '7'), [UUID, AMOUNT], sentHash)).toEqual({
    fields: [{ field: '/total', isCertain: true, sent: '5', found: '7' }],
    message: '{"a":\\u001b1}',
  });
  expect(differenceOf(of('"v"', '5'), [UUID, AMOUNT], sentHash).fields).toEqual([
    { field: '/id', isCertain: true, sent: null, found: '"v"' },
  ]);
});

test('several undetermined fields stay open, and the whole content has no fields', () => {
  const sentHash = fieldsHash(['"u"', '"w"', '5']) ?? 0;
  const two = [UUID, { found: '/other', sent: null }, AMOUNT];
  expect(differenceOf(of('"v"', '"w"', '5'), two, sentHash).fields.map(({ isCertain }) => isCertain)).toEqual(
    [false, false],
  );
  expect(differenceOf(of(), [], 1).fields).toEqual([]);
  expect(differenceOf(of('5'), [AMOUNT], 1).fields, 'the row contradicts the plan').toMatchObject([
    { field: '/total', isCertain: false },
  ]);
});

test('says why a field has no value', () => {
  const content = { hash: 0, fields: [{ problem: 'repeated' as const }, { text: '5' }], text: '' };
  expect(differenceOf(content, [UUID, AMOUNT], 1).fields).toEqual([
    { field: '/id', isCertain: true, sent: null, found: null, problem: 'repeated' },
  ]);
});
