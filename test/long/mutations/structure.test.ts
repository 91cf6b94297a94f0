import { expect, test } from 'vitest';
import { structureOf } from './structure.ts';

test.each([
  ['in another layout', 'f(a, [b]) + 1', 'f(\n  a,\n  [b],\n)\n+ 1'],
  ['without the blanks', 'x => x.y !== z', 'x=>x.y!==z'],
  ['with any text', "return ok ? '…' : other", 'return ok ? "it\'s \\"here\\"" : other'],
  ['with any template', "text: '…' }", 'text: `${count} of\n${total}` }'],
])('finds code %s', (_, code, source) => {
  expect(source.match(structureOf(code))).toEqual([source]);
});

test.each([
  ['part of a word', 'seen > 0', 'unseen > 0'],
  ['words that are written together', 'return x', 'returnx'],
  ['another operator', 'a > 0', 'a >= 0'],
  ['no text', "return '…'", 'return text'],
])('does not find %s', (_, code, source) => {
  expect(source).not.toMatch(structureOf(code));
});
