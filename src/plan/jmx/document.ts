import { QblError } from '../../error.ts';
import { type Document, documentOf } from './tree.ts';
import { type ParsedElement, parseXml, XmlError } from './xml.ts';

/** A .jmx file: all its elements, and the enabled ones as a tree. */
export interface JmxDocument extends Document {
  readonly root: ParsedElement;
}

/**
 * Parses the text of a .jmx file.
 * @throws QblError 'usage' with the line of the mistake
 */
export function readDocument(file: string, text: string): JmxDocument {
  try {
    const root = parseXml(text);
    return { root, ...documentOf(root) };
  } catch (error) {
    if (error instanceof XmlError) throw new QblError('usage', `${file}:${error.line} ${error.message}`);
    throw error;
  }
}
