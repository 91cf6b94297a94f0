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

  it('can have control characters, which JMeter writes and reads', () => {
    const text = '<a x="1&#x1F;2&#9;3">\n<b>&#0;\u0001&amp;#2;&#x0b;</b></a>';
    const [b] = parseXml(text).children;
    expect(parseXml(text).attributes).toEqual({ x: '1\u001f2\t3' });
    expect(b).toMatchObject({ line: 2, text: '\0\u0001&#2;\v' });
    expect(text.slice(b?.start, b?.end)).toBe('&#0;\u0001&amp;#2;&#x0b;</b>');
  });

  it('keeps the characters that could stand for control characters', () => {
    expect(parseXml('<a>\uf701\uf8ff</a>').text).toBe('\uf701\uf8ff');
  });

  it.each([
    ['an unclosed tag', '<a>\n<b>\n</a>', 3],
    ['an early end', '<a>\n', 2],
    ['nothing', '', 1],
    ['text', 'threads: 1', 1],
    ['an entity that XML does not have', '<a>\n&nbsp;</a>', 2],
    ['a control character beside a character that could stand for it', '<a>\n&#1;\uf701</a>', 2],
    ['two roots', '<a/>\n<b/>', 2],
    ['a DOCTYPE', '<!DOCTYPE a>\n<a/>', 1],
    ['an external entity', '<!DOCTYPE a [\n<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', 2],
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS.join('')}]><a>&l9;</a>`, 1],
    ['too many levels', '<a>'.repeat(100_000), 1],
  ])('with %s is refused at its line', (_, text, line) => {
    expect(errorOf(text).line).toBe(line);
  });
});
