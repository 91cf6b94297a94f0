import { describe, expect, it } from 'vitest';
import { keyReader } from './key.ts';

describe('the key of a message', () => {
  it('is null without --key-from', () => {
    expect(keyReader(null)({ a: 1 })).toBeNull();
  });

  it('contains the sending thread and its thread group', () => {
    const key = keyReader('thread');
    expect(key({ qbl: { group: 2, thread: 7, loop: 1 } })).toBe('2-7');
    for (const json of [
      {},
      { qbl: null },
      { qbl: { thread: 7 } },
      { qbl: { group: '2', thread: 7 } },
      null,
      5,
    ]) {
      expect(key(json)).toBeNull();
    }
  });

  it('is the string or number at a path', () => {
    const key = keyReader('customer.id');
    expect(key({ customer: { id: 'c-1' } })).toBe('c-1');
    expect(key({ customer: { id: 5 } })).toBe('5');
    const others = [{ id: {} }, { id: null }, { id: 'x'.repeat(1025) }, {}, 'id', [1]];
    for (const customer of others) expect(key({ customer })).toBeNull();
  });

  it('is never an inherited property of objects', () => {
    expect(keyReader('constructor.name')({})).toBeNull();
    expect(keyReader('__proto__')({})).toBeNull();
  });
});
