import { parseSync, printSync } from '@swc/core';

/**
 * Returns the same program with another layout, and with other words in each text that is a sentence. Such
 * changes must not break a mutation.
 */
export function rewritten(source: string): string {
  const program = parseSync(source, { syntax: 'typescript', target: 'es2024' });
  reword(program);
  return printSync(program).code;
}

function reword(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && 'value' in node && node.type === 'StringLiteral' && isSentence(node.value)) {
    Object.assign(node, { value: OTHER_WORDS, raw: undefined });
  }
  if ('type' in node && 'raw' in node && node.type === 'TemplateElement' && isSentence(node.raw)) {
    Object.assign(node, { raw: OTHER_WORDS, cooked: OTHER_WORDS });
  }
  for (const child of Object.values(node)) reword(child);
}

const OTHER_WORDS = 'it’s said in "other" words';

function isSentence(text: unknown): boolean {
  return typeof text === 'string' && / /.test(text) && /\p{L}/u.test(text);
}
