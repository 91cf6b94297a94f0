import type { ErrorCode, YAMLError } from 'yaml';

/** A mistake of the YAML text, and its offset in the file. */
export interface TextMistake {
  readonly at: number;
  readonly message: string;
}

const WRONG_TAG = 'tags, which begin with !, are not supported: remove the tag';
const WRONG_ANCHOR =
  'wrong place of an anchor (&) or alias (*): expected a name directly after the sign, before the value';

/**
 * Messages for the error codes of the YAML library. The library's own messages name parts of its grammar. The messages
 * here name what to change in the file.
 */
const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: WRONG_ANCHOR,
  BAD_ALIAS: WRONG_ANCHOR,
  BAD_COLLECTION_TYPE: WRONG_TAG,
  BAD_DIRECTIVE: 'a line that begins with % is not supported: remove the line',
  BAD_DQ_ESCAPE:
    'unknown escape in a text in double quotes: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'wrong indentation, or a missing ] or }: expected the fields of a mapping, and the items of a list, in one column',
  BAD_PROP_ORDER: WRONG_ANCHOR,
  BAD_SCALAR_START: 'a text cannot begin with this character: put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second mapping or list begins on one line: expected a new line with more indentation, or a text in quotes',
  BLOCK_IN_FLOW: 'wrong text inside of [ ] or { }: expected values with commas between them',
  KEY_OVER_1024_CHARS: 'expected a key of at most 1,024 characters, with a colon after it',
  MISSING_CHAR: 'a closing quote, a bracket, a comma, a colon or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'expected a key on one line, with a colon after it',
  MULTIPLE_ANCHORS: WRONG_ANCHOR,
  MULTIPLE_DOCS: 'expected one plan in the file: remove the line --- and the text after this line',
  MULTIPLE_TAGS: WRONG_TAG,
  TAB_AS_INDENT: 'expected spaces at the start of the line, not tabs',
  TAG_RESOLVE_FAILED: WRONG_TAG,
  UNEXPECTED_TOKEN: 'unexpected text: check the quotes, brackets and indentation before it',
};

export function syntaxMistake({ code, pos }: YAMLError): TextMistake {
  return { at: pos[0], message: MESSAGES[code] ?? 'the text is not valid YAML' };
}
