import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadName } from './sample.ts';
import { parseThreadName } from './thread-name.ts';

describe('parseThreadName', () => {
  it('reads back what threadName writes, for any group name', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: 1, max: 99_999 }),
        (name, group, thread) => {
          expect(parseThreadName(threadName(name, group, thread))).toEqual({ group, thread });
        },
      ),
    );
  });

  it('reads the last pair of numbers, after a group name or a host name that contains one', () => {
    expect(parseThreadName('users 7-8 1-2')).toEqual({ group: 1, thread: 2 });
    expect(parseThreadName('10.0.0.1-Thread Group 1-12')).toEqual({ group: 1, thread: 12 });
  });

  it('returns null for a name in another form', () => {
    for (const name of ['', 'main', 'users 1', 'users1-2', 'users 0-1', 'users 1-2 ', 'users -1-2']) {
      expect(parseThreadName(name)).toBeNull();
    }
  });

  it('reads the same names as a regular expression', () => {
    const piece = fc.constantFrom('a', ' ', '-', '0', '1', '12', '123456789', '1234567890', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const name = pieces.join('');
        const [, group = '0', thread = '0'] = /(?:^| )(\d{1,9})-(\d{1,9})$/.exec(name) ?? [];
        const isPlace = Number(group) > 0 && Number(thread) > 0;
        const expected = isPlace ? { group: Number(group), thread: Number(thread) } : null;
        expect(parseThreadName(name)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
