import { collectionOf, propertiesOf, type TestElement, textOf } from '../tree.ts';
import type { ImportContext } from './context.ts';

/** Headers by their names in lower case. Variables in their values are not replaced yet. */
export type HeaderTexts = ReadonlyMap<string, HeaderText>;

export interface HeaderText {
  readonly name: string;
  readonly value: string;
  readonly element: TestElement;
}

export function headersOfElement(element: TestElement, context: ImportContext): HeaderTexts {
  const headers = new Map<string, HeaderText>();
  for (const property of collectionOf(element, 'HeaderManager.headers')) {
    const header = { properties: propertiesOf(property) };
    const name = textOf(header, 'Header.name').trim();
    if (name === '') continue;
    const key = name.toLowerCase();
    if (headers.has(key))
      context.refuse(element, `the header ${name} is repeated: expected each header once`);
    headers.set(key, { name, value: textOf(header, 'Header.value'), element });
  }
  return headers;
}

/**
 * Combines the headers of an outer and an inner element of the test plan. JMeter sends the inner headers first. An inner
 * header replaces an outer one of the same name (HeaderManager.java, merge).
 */
export function mergeHeaders(outer: HeaderTexts, inner: HeaderTexts): HeaderTexts {
  return new Map([...inner, ...[...outer].filter(([name]) => !inner.has(name))]);
}
