import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../testing/read-xml.ts';
import { escapeXml, formatXml, NOT_IN_XML, xmlElement } from './xml.ts';

/** Text that an XML document can contain. */
const text = fc
  .string({ unit: 'grapheme' })
  .map((string) => string.replace(new RegExp(NOT_IN_XML, 'gu'), ''));
const awkward = fc.array(
  fc.oneof(text, fc.constantFrom(']]>', '<!--', '&amp;', '"', "'", '\r\n', '\t', '<')),
);

describe('escapeXml', () => {
  it('can be read back with all its content and attributes', () => {
    fc.assert(
      fc.property(awkward, (pieces) => {
        const value = pieces.join('');
        const read = readXml(formatXml(xmlElement('a', {}, [xmlElement('b', { c: value }, value)])));
        expect(read.content).toEqual([{ name: 'b', attributes: { c: value }, content: value }]);
      }),
    );
  });

  it('escapes the end of a CDATA section, and line breaks that a parser would change', () => {
    expect(escapeXml(']]>\r\n')).toBe(']]&gt;&#13;&#10;');
  });
});

describe('NOT_IN_XML', () => {
  it('excludes the characters that section 2.2 of XML 1.0 excludes', () => {
    const left = ['\0', '\b', '\x0b', '\x1f', '\ud800', '\udc00', '\ufffe', '\uffff'];
    const held = ['\t', '\n', '\r', ' ', '\x7f', 'ñ', '\ufffd', '😀'];
    expect(left.filter((character) => NOT_IN_XML.test(character))).toEqual(left);
    expect(held.filter((character) => NOT_IN_XML.test(character))).toEqual([]);
  });
});
