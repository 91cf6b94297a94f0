import { describe, expect, it } from 'vitest';
import { keyReader } from './key.ts';

/** Returns the key of a message with this JSON text. */
function keyIn(from: string | null, text: string): string | null {
  return keyReader(from)({ json: JSON.parse(text), text });
}

describe('the key of a message', () => {
  it('is null without --key-from', () => {
    expect(keyIn(null, '{"a":1}')).toBeNull();
  });

  it('contains the sending thread and its thread group', () => {
    expect(keyIn('thread', '{"qbl":{"group":2,"thread":7,"loop":1}}')).toBe('2-7');
    const others = [
      '{}',
      '{"qbl":null}',
      '{"qbl":{"thread":7}}',
      '{"qbl":{"group":"2","thread":7}}',
      'null',
      '5',
    ];
    for (const text of others) expect(keyIn('thread', text)).toBeNull();
  });

  it('is the string or number at a path', () => {
    expect(keyIn('customer.id', '{"customer":{"id":"c-1"}}')).toBe('c-1');
    expect(keyIn('customer.id', '{"customer":{"id":5}}')).toBe('5');
    expect(keyIn('customer.id', '{"customer":{"id":5.0}}')).toBe('5');
    expect(keyIn('customers.1.id', '{"customers":[{"id":1},{"id":2}]}')).toBe('2');
    const long = JSON.stringify('x'.repeat(1025));
    const others = ['{"id":{}}', '{"id":null}', `{"id":${long}}`, '{}', '"id"', '[1]'];
    for (const customer of others) expect(keyIn('customer.id', `{"customer":${customer}}`)).toBeNull();
  });

  it.each(['9007199254740993', '12345678901234567890', '-12345678901234567890', '1E400'])(
    'has all digits of the number %s',
    (number) => {
      expect(keyIn('customer.id', `{"name":"ñ", "customer" : {"id": ${number} }}`)).toBe(number);
      expect(keyIn('orders.1.id', `{"orders":[{"id":1},{"id":${number}}]}`)).toBe(number);
    },
  );

  it('is never an inherited property of objects', () => {
    expect(keyIn('constructor.name', '{}')).toBeNull();
    expect(keyIn('__proto__', '{}')).toBeNull();
  });
});
