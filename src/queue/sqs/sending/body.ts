import { isUtf8 } from 'node:buffer';

/**
 * Matches characters that SQS forbids in a message (SQS API reference, SendMessageBatch). The rule is XML 1.0's Char.
 */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Converts a value to a text that SQS accepts, or returns why SQS does not accept the value. Without this check, some
 * versions of SQS replace forbidden characters by U+FFFD and report success.
 */
export function bodyOf(
  value: Buffer,
): { readonly text: string } | { readonly text: null; readonly problem: string } {
  if (value.length === 0) return none('SQS accepts no empty messages');
  if (!isUtf8(value)) return none('SQS accepts only text, and this message is not UTF-8');
  const text = value.toString('utf8');
  const problem = forbiddenIn(text);
  return problem === null ? { text } : none(problem);
}

/** Names the first character that SQS does not accept. Null if SQS accepts every character. */
export function forbiddenIn(text: string): string | null {
  const forbidden = FORBIDDEN.exec(text)?.[0].codePointAt(0);
  if (forbidden === undefined) return null;
  return `SQS does not accept the character U+${forbidden.toString(16).toUpperCase().padStart(4, '0')}`;
}

function none(problem: string) {
  return { text: null, problem };
}
