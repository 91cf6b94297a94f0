import { isUtf8 } from 'node:buffer';

/** What a message body may hold (SQS API reference, SendMessageBatch), after XML 1.0's Char. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * The value as the text that SQS takes, or why it takes none. Asked before sending: some versions of the service put
 * U+FFFD in place of what they do not take, and answer that all is well.
 */
export function bodyOf(
  value: Buffer,
): { readonly text: string } | { readonly text: null; readonly problem: string } {
  if (value.length === 0) return none('SQS takes no empty messages');
  if (!isUtf8(value)) return none('SQS takes text alone, and this is not UTF-8');
  const text = value.toString('utf8');
  const forbidden = FORBIDDEN.exec(text)?.[0].codePointAt(0);
  if (forbidden === undefined) return { text };
  return none(`SQS does not take the character U+${forbidden.toString(16).toUpperCase().padStart(4, '0')}`);
}

function none(problem: string) {
  return { text: null, problem };
}
