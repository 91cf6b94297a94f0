import type { FilledText } from '../../../language/filled-text.ts';

/** A parameter of an HTTP request (HTTPArgument.java). */
export interface Parameter {
  readonly name: FilledText;
  /** The text between name and value in a query, which JMeter calls metadata. */
  readonly separator: FilledText;
  readonly value: FilledText;
  /** True if JMeter encodes the value. False if the plan contains the encoded value. */
  readonly isPlain: boolean;
  /** Media type of the value in a multipart body. */
  readonly contentType: string;
}

/** The body that JMeter sends. */
export interface Entity {
  readonly text: FilledText;
  readonly contentType: string;
}

/** The spaces and line breaks for which Java's Character.isWhitespace returns true. */
const JAVA_BLANK = /^[\t-\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]*$/;

export function isEmpty(text: FilledText): boolean {
  return text.every((part) => 'literal' in part && part.literal === '');
}

export function isBlank(text: FilledText): boolean {
  return text.every((part) => 'literal' in part && JAVA_BLANK.test(part.literal));
}
