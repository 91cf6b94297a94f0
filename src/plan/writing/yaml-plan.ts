import { Document, isNode, isScalar, type Node, Scalar, visit } from 'yaml';
import { printable } from '../../printable.ts';
import { type ForeignPlan, yamlFields } from './yaml-fields.ts';

/**
 * Writes a plan as YAML. A comment stands before each group and each request with a setting that YAML plans do not
 * have, and says what the setting is.
 * @param heading lines of the comment at the start of the file
 */
export function yamlPlan(plan: ForeignPlan, heading: readonly string[]): string {
  const { fields, unsaid } = yamlFields(plan);
  const document = new Document(fields);
  for (const { path, text } of unsaid) addComment(document, path, text);
  const before = [...heading, ...unsaid.filter(({ path }) => path.length === 0).map(({ text }) => text)];
  document.commentBefore = before.map(commentLine).join('\n');
  visit(document, { Scalar: (_, scalar) => setStyle(scalar) });
  return document.toString({ lineWidth: 0 });
}

function addComment(document: Document, path: readonly (string | number)[], text: string): void {
  const node = document.getIn(path, true);
  if (path.length === 0 || !isNode(node)) return;
  node.commentBefore = [node.commentBefore, commentLine(text)].filter(Boolean).join('\n');
}

/** Maximum length of a comment. The path of an element in a .jmx file has up to 10,000 characters. */
const MAX_COMMENT_LENGTH = 20_000;

/** Makes one line of a comment, because a line break in a text from outside would end the comment. */
function commentLine(text: string): string {
  return ` ${printable(text, MAX_COMMENT_LENGTH)}`;
}

/** Matches a character that a block cannot show. */
const NOT_IN_BLOCK = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Writes a text of several lines as a block, as people write it. Quotes a text with a character that no terminal shows,
 * because only a quoted text can have its escape.
 */
function setStyle(node: Node): void {
  if (!isScalar(node) || typeof node.value !== 'string') return;
  if (NOT_IN_BLOCK.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
  else if (node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
}
