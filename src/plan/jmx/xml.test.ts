import { describe, expect, it } from 'vitest';
import { parseXml, XmlError } from './xml.ts';

function errorOf(text: string): XmlError {
  try {
    parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const LAUGHS = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`);

describe('an XML document', () => {
  it('is read as a tree with text, attributes and lines', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?>\n<a x="&lt;1&#10;">\n <b>t&amp;<![CDATA[<]]>\r\nu</b><b/></a>',
    );
    expect(root).toMatchObject({ name: 'a', line: 2, attributes: { x: '<1\n' } });
    expect(root.children).toMatchObject([
      { name: 'b', line: 3, text: 't&<\nu' },
      { name: 'b', line: 4, text: '' },
    ]);
  });

  it.each([
    ['an unclosed tag', '<a>\n<b>\n</a>', 3],
    ['an early end', '<a>\n', 2],
    ['nothing', '', 1],
    ['text', 'threads: 1', 1],
    ['an entity that XML does not have', '<a>\n&nbsp;</a>', 2],
    ['two roots', '<a/>\n<b/>', 2],
    ['a DOCTYPE', '<!DOCTYPE a>\n<a/>', 1],
    ['an external entity', '<!DOCTYPE a [\n<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', 2],
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS.join('')}]><a>&l9;</a>`, 1],
    ['too many levels', '<a>'.repeat(100_000), 1],
  ])('with %s is refused at its line', (_, text, line) => {
    expect(errorOf(text).line).toBe(line);
  });
});
