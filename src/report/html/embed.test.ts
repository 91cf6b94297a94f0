import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapedText } from '../escaped-text.ts';
import { escapedJson } from './embed.ts';

const HOSTILE = [
  '</script>',
  '<!--',
  ']]>',
  '&lt;',
  '\u2028',
  '\u2029',
  '\u0000',
  '\u007f',
  '\u0085',
  '"',
  '\\',
  '\u202e',
  '\ud800',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''));

test('embeds JSON without any character that has a meaning in HTML or JavaScript', () => {
  fc.assert(
    fc.property(text, (written) => {
      const embedded = escapedJson({ [written]: written });
      expect(JSON.parse(embedded)).toEqual({ [written]: written });
      expect(embedded).not.toMatch(/[<>&\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('escapes mark-up in text', () => {
  expect(escapedText(`<b title="x" id='y'>&`)).toBe('&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
});
