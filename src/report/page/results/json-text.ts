/**
 * Maximum depth of nested values that are indented. For deeper values, the indentation would be longer than
 * the text.
 */
const MAX_DEPTH = 64;
const INDENT = '  ';

/**
 * Returns a JSON object or list with indentation. Null for any other text. Only the white space between tokens
 * changes, so numbers and repeated keys stay the same.
 */
export function indentedJson(text: string): string | null {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return null;
  let [indented, depth] = ['', 0];
  const newLine = () => `\n${INDENT.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth > MAX_DEPTH) return null;
      indented += token + newLine();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      indented += newLine() + token;
    } else if (token === ',') indented += token + newLine();
    else if (token === ':') indented += ': ';
    else indented += /^[{[]/.test(token) ? token.replace(/\s+/g, '') : token;
  }
  return indented;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
