/**
 * Finds code by its structure, so that neither a formatter nor a better wording breaks a mutation:
 *
 * - White space is optional, and may be a line break. A trailing comma may precede a closing bracket.
 * - Words are whole: `seen` does not find `unseen`.
 * - `'…'` matches any text in any quotes. So no mutation repeats a sentence that a user reads.
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
