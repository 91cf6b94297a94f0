import { expect, it } from 'vitest';
import { Returns } from './returns.ts';

it('says that a returned message is refused, and nothing about the others', () => {
  const returns = new Returns();
  returns.begin('a');
  returns.begin('b');
  returns.note('a', 'NO_ROUTE');
  const detail = 'returned as unroutable: NO_ROUTE';
  expect(returns.end('a')).toEqual({ kind: 'refused', reason: 'unavailable', detail });
  expect(returns.end('b')).toBeNull();
});

it('forgets an id when its message is no longer in flight', () => {
  const returns = new Returns();
  returns.begin('a');
  returns.note('a', 'NO_ROUTE');
  returns.end('a');
  returns.note('a', 'NO_ROUTE');
  returns.begin('a');
  expect(returns.end('a')).toBeNull();
});

it('says that the outcome is unknown if several messages in flight have the returned id', () => {
  const returns = new Returns();
  for (const id of ['a', 'a', 'a']) returns.begin(id);
  // The message was confirmed before the return, so the return is about another message.
  expect(returns.end('a')).toBeNull();
  returns.note('a', 'NO_ROUTE');
  expect(returns.end('a')).toMatchObject({ kind: 'unknown' });
  expect(returns.end('a')).toMatchObject({ kind: 'unknown' });
});
