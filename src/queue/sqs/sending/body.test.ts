import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf } from './body.ts';

test('an accepted body is the text of exactly these bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 20 }), (bytes) => {
      const { text } = bodyOf(Buffer.from(bytes));
      if (text !== null) expect(Buffer.from(text)).toEqual(Buffer.from(bytes));
    }),
  );
});

test.each(['a', '\t\n\r ', '\u007f', '\ud7ff', '\ue000', '\ufeffa', '\ufffd', '\u{10000}', '\u{10ffff}'])(
  '%j is accepted',
  (text) => {
    expect(bodyOf(Buffer.from(text))).toEqual({ text });
  },
);

test.each([
  ['', 'SQS accepts no empty messages'],
  ['\u0000', 'U+0000'],
  ['a\u000bb', 'U+000B'],
  ['\u001f', 'U+001F'],
  ['\ufffe', 'U+FFFE'],
  ['\uffff', 'U+FFFF'],
])('%j is rejected', (text, problem) => {
  expect(bodyOf(Buffer.from(text))).toEqual({ text: null, problem: expect.stringContaining(problem) });
});

test('bytes that are not UTF-8 are rejected', () => {
  expect(bodyOf(Buffer.from([0x61, 0xc3])).text).toBeNull();
  expect(bodyOf(Buffer.from([0xed, 0xa0, 0x80])).text).toBeNull();
});
