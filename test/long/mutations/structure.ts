/**
 * Finds code by its structure, so that neither a formatter nor a better wording breaks a mutation. Of what is looked for:
 *
 * - White space may be there or not, and may be a line break. A trailing comma may stand before a bracket that closes.
 * - Words are whole: `seen` does not find `unseen`.
 * - `'…'` stands for any text, however it is quoted. So no mutation repeats a sentence that a user reads.
 */
export function structureOf(code: string): RegExp {
  const tokens = code.match(/'…'|[\w$]+|\S/g) ?? [];
  const parts = tokens.map((token, i) => gapBetween(tokens[i - 1], token) + patternOf(token));
  return new RegExp(parts.join(''), 'g');
}

const ANY_TEXT = /(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/.source;

function gapBetween(before: string | undefined, token: string): string {
  if (before === undefined) return '';
  if (isWord(before) && isWord(token)) return String.raw`\s+`;
  return /[)\]}]/.test(token) ? String.raw`\s*,?\s*` : String.raw`\s*`;
}

function patternOf(token: string): string {
  if (token === "'…'") return ANY_TEXT;
  const literal = token.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`);
  return isWord(token) ? String.raw`(?<![\w$])${literal}(?![\w$])` : literal;
}

function isWord(token: string): boolean {
  return /^[\w$]/.test(token);
}
