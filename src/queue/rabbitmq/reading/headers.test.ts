import { expect, it } from 'vitest';
import { headersOf } from './headers.ts';

it('reads texts, numbers, booleans and bytes, and leaves out all else', () => {
  const headers = {
    text: 'a',
    empty: '',
    number: 1.5,
    large: 2n ** 60n,
    isSet: false,
    bytes: Buffer.from([0x61, 0xff]),
    nothing: null,
    list: ['a'],
    table: { a: 1 },
    decimal: { scale: 1, value: 2 },
  };
  expect(headersOf({ headers })).toEqual([
    { name: 'text', value: 'a' },
    { name: 'empty', value: '' },
    { name: 'number', value: '1.5' },
    { name: 'large', value: String(2n ** 60n) },
    { name: 'isSet', value: 'false' },
    { name: 'bytes', value: 'a\ufffd' },
  ]);
});

it('reads the properties in which clients put an identity', () => {
  const properties = { correlationId: 'c', messageId: 'm', appId: 'a', type: 't' };
  expect(headersOf({ headers: { type: 'of the table' }, ...properties })).toEqual([
    { name: 'type', value: 'of the table' },
    { name: 'correlation-id', value: 'c' },
    { name: 'message-id', value: 'm' },
    { name: 'app-id', value: 'a' },
    { name: 'type', value: 't' },
  ]);
  expect(headersOf({})).toEqual([]);
});
