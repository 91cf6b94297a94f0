import { SaxesParser } from 'saxes';
import { hasStandIns, withControls, withoutControls } from './control-characters.ts';

/** An XML element, the text directly inside it, and its place in the document. */
export interface ParsedElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly line: number;
  readonly children: readonly ParsedElement[];
  readonly text: string;
  /** Whether the element is one tag, such as `<hashTree/>`. */
  readonly isOneTag: boolean;
  /** Index of the character after the first tag of the element, in the text of the document. */
  readonly start: number;
  /** Index of the character after the element, in the text of the document. */
  readonly end: number;
}

export class XmlError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Maximum depth of nested XML elements. Each level of JMeter's tree takes two XML levels. */
const MAX_DEPTH = 200;
/** Maximum number of XML elements. One HTTP request of JMeter has about 30. */
const MAX_ELEMENTS = 200_000;

interface OpenElement extends ParsedElement {
  readonly children: ParsedElement[];
  text: string;
  end: number;
}

/**
 * Parses the root element of a document. Refuses a DOCTYPE, which could define entities. Accepts control characters, as
 * JMeter does.
 * @throws XmlError if the text is not well-formed, has a DOCTYPE, is nested too deeply or has too many elements
 */
export function parseXml(text: string): ParsedElement {
  const readable = hasStandIns(text) ? text : withoutControls(text);
  return readable === text ? parseElements(text) : restored(parseElements(readable));
}

function restored({ attributes, text, children, ...rest }: ParsedElement): ParsedElement {
  const entries = Object.entries(attributes).map(([name, value]) => [name, withControls(value)]);
  return {
    ...rest,
    attributes: Object.fromEntries(entries),
    text: withControls(text),
    children: children.map(restored),
  };
}

function parseElements(text: string): ParsedElement {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const open: OpenElement[] = [];
  let root: ParsedElement | null = null;
  let elements = 0;
  const fail = (message: string): never => {
    throw new XmlError(message, parser.line);
  };
  // Removes the position from the start of the parser's error message, because `fail` writes the position in another
  // form.
  parser.on('error', (error) => fail(error.message.replace(/^[\d:]*: /, '')));
  parser.on('doctype', () => fail('a DOCTYPE is not allowed'));
  parser.on('opentag', ({ name, attributes, isSelfClosing: isOneTag }) => {
    if (open.length >= MAX_DEPTH) fail(`elements are nested deeper than ${MAX_DEPTH}`);
    if (++elements > MAX_ELEMENTS) fail(`there are more than ${MAX_ELEMENTS} elements`);
    const place = { line: parser.line, isOneTag, start: parser.position, end: parser.position };
    const element: OpenElement = { name, attributes, ...place, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined) element.end = parser.position;
  });
  parser.write(text).close();
  return root ?? fail('the document has no element');
}
