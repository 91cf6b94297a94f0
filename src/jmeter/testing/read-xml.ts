import type { XmlElement } from '../elements/xml.ts';

const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const TOKEN = /<\?[^>]*\?>|<(\/?)([A-Za-z]+)((?: [a-z_A-Z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;

/** Strictly reads the XML that qbl writes. Throws if it is not well-formed. */
export function readXml(text: string): XmlElement {
  const document: Open = { name: '', attributes: {}, elements: [], text: '' };
  const stack = [document];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    step(stack, match);
  }
  const [root] = document.elements;
  if (end !== text.length || stack.length !== 1 || root === undefined) {
    throw new SyntaxError(`not well-formed at ${end}: ${text.slice(end, end + 40)}`);
  }
  return root;
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly elements: XmlElement[];
  text: string;
}

function step(stack: Open[], [, slash, name, attributes = '', empty, text]: RegExpMatchArray): void {
  const top = stack.at(-1);
  if (top === undefined) throw new SyntaxError('a closing tag has no opening tag');
  if (text !== undefined) top.text += unescaped(text);
  else if (slash === '/') close(stack, name ?? '');
  else if (name !== undefined) {
    stack.push({ name, attributes: readAttributes(attributes), elements: [], text: '' });
    if (empty === '/') close(stack, name);
  }
}

function close(stack: Open[], name: string): void {
  const open = stack.pop();
  if (open === undefined || open.name !== name) throw new SyntaxError(`</${name}> closes <${open?.name}>`);
  const content = open.elements.length > 0 ? open.elements : open.text;
  stack.at(-1)?.elements.push({ name, attributes: open.attributes, content });
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-z_A-Z]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  if (/&(?!(amp|lt|gt|quot|#\d+);)|\]\]>/.test(text)) throw new SyntaxError(`not well-formed: ${text}`);
  // An XML parser changes line breaks that are not written as references (XML 1.0, section 2.11).
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
      code === undefined ? (REFERENCES[name] ?? '') : String.fromCodePoint(Number(code)),
    );
}
