import { expect, it } from 'vitest';
import { propertiesOf } from './properties.ts';

it('puts two headers into properties, and the others into the headers table', () => {
  const headers = [
    { name: 'correlation-id', value: 'c-1' },
    { name: 'X-One', value: '' },
    { name: 'message-id', value: 'm-1' },
    { name: 'type', value: 'order' },
  ];
  expect(propertiesOf(headers)).toEqual({
    correlationId: 'c-1',
    messageId: 'm-1',
    headers: { 'X-One': '', type: 'order' },
  });
  expect(propertiesOf([])).toEqual({});
});

it.each([
  ['CC', 'a', 'routing'],
  ['BCC', 'a', 'routing'],
  ['', 'a', '1 to 255 bytes'],
  ['ñ'.repeat(128), 'a', '1 to 255 bytes'],
  ['message-id', 'x'.repeat(256), 'more than 255 bytes'],
  ['correlation-id', 'ñ'.repeat(128), 'more than 255 bytes'],
])('refuses the header %s as invalid', (name, value, problem) => {
  expect(propertiesOf([{ name, value }])).toEqual({
    kind: 'refused',
    reason: 'invalid',
    detail: expect.stringContaining(problem),
  });
});

it('refuses a second header of one name', () => {
  const header = { name: 'a', value: 'b' };
  expect(propertiesOf([header, header])).toMatchObject({ kind: 'refused', reason: 'invalid' });
});

it('refuses headers that are too large for one frame', () => {
  expect(propertiesOf([{ name: 'a', value: 'x'.repeat(7_000) }])).toHaveProperty('headers');
  const many = Array.from({ length: 900 }, (_, n) => ({ name: `h${n}`, value: '' }));
  for (const headers of [[{ name: 'a', value: 'x'.repeat(7_200) }], many])
    expect(propertiesOf(headers)).toMatchObject({ kind: 'refused', reason: 'too-large' });
});
