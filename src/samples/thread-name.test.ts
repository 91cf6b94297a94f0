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
});
