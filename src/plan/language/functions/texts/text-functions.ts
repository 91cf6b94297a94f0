import { CHANGES } from '../../text-changes.ts';
import type { RunTimeFunctions } from '../run-time-function.ts';
import { changedCase, charactersOf, checkAlgorithm, digestOf, partOf } from './encodings.ts';
import { escapedHtml, escapedXml, unescapedHtmlText, unescapedJava } from './escapes.ts';

const MANY = Number.POSITIVE_INFINITY;

/** Functions that change a text. */
export const TEXT_FUNCTIONS: RunTimeFunctions = {
  __urlencode: pure((text) => CHANGES.formEncoded(text)),
  __urldecode: pure((text) => CHANGES.formDecoded(text)),
  __escapeHtml: pure(escapedHtml),
  __unescapeHtml: pure(unescapedHtmlText),
  __escapeXml: pure(escapedXml),
  __unescape: pure(unescapedJava),
  __char: { parameters: [1, MANY], isPure: true, call: charactersOf },
  __changeCase: {
    parameters: [1, 3],
    stores: 2,
    isPure: true,
    call: ([text = '', mode]) => changedCase(text, mode),
  },
  __digest: {
    parameters: [2, 5],
    stores: 4,
    constants: [0],
    isPure: true,
    call: ([algorithm = '', text = '', salt, inUpperCase]) => digestOf(algorithm, text, salt, inUpperCase),
    check: ([algorithm]) => checkAlgorithm(algorithm ?? ''),
  },
  // The functions below belong to plug-ins of jmeter-plugins.org.
  __base64Encode: {
    parameters: [1, 2],
    stores: 1,
    keepsSpaces: true,
    isPure: true,
    call: ([text = '']) => Buffer.from(text).toString('base64'),
  },
  __base64Decode: {
    parameters: [1, 2],
    stores: 1,
    keepsSpaces: true,
    isPure: true,
    call: ([text = '']) => Buffer.from(text, 'base64').toString(),
  },
  __strLen: { parameters: [1, 2], stores: 1, isPure: true, call: ([text = '']) => String(text.length) },
  __substring: {
    parameters: [3, 4],
    stores: 3,
    keepsSpaces: true,
    isPure: true,
    call: ([text = '', begin = '', end = '']) => partOf(text, begin, end),
  },
};

function pure(change: (text: string) => string): RunTimeFunctions[string] {
  return { parameters: [1, 1], isPure: true, call: ([text = '']) => change(text) };
}
