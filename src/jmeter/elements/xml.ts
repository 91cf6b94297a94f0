/** An XML element that contains either elements or text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
}

export function xmlElement(
  name: string,
  attributes: XmlElement['attributes'],
  content: XmlElement['content'] = [],
): XmlElement {
  return { name, attributes, content };
}

/** Writes the document with two spaces of indentation and a line break at its end. */
export function formatXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${format(root, '')}\n`;
}

/** Writes elements without the first line of a document. */
export function formatElements(elements: readonly XmlElement[]): string {
  return elements.map((element) => format(element, '')).join('\n');
}

function format({ name, attributes, content }: XmlElement, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const start = `${indent}<${name}${pairs.join('')}`;
  if (typeof content === 'string') return `${start}>${escapeXml(content)}</${name}>`;
  if (content.length === 0) return `${start}/>`;
  const lines = content.map((child) => format(child, `${indent}  `));
  return `${start}>\n${lines.join('\n')}\n${indent}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/**
 * Escapes text for content and attributes. Line breaks and tabs become references. Without references,
 * parsers would change CR LF to LF, and in attributes they would change both to spaces (XML 1.0, sections
 * 2.11 and 3.3.3).
 */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\r\n]/g, (character) => ESCAPES[character] ?? `&#${character.charCodeAt(0)};`);
}

/** Characters that XML 1.0 cannot contain, not even as references (section 2.2). */
export const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
