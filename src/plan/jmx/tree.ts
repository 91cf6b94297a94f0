import { type ParsedElement, XmlError } from './xml.ts';

/** An enabled element of a test plan, and the enabled elements under it. */
export interface TestElement {
  /** JMeter's class of the element, such as `ThreadGroup`. */
  readonly type: string;
  readonly guiClass: string;
  readonly name: string;
  /** Names of the elements from the root to this element, such as `Test Plan › Users`. */
  readonly path: string;
  readonly line: number;
  readonly properties: ReadonlyMap<string, ParsedElement>;
  readonly children: readonly TestElement[];
}

const MAX_NAME_LENGTH = 100;

/** The content of a .jmx file: the test plan, and the elements at the same level, which JMeter runs too. */
export interface Document {
  readonly testPlan: TestElement;
  readonly beside: readonly TestElement[];
}

/**
 * Reads the test plan of a .jmx file. Leaves out disabled elements and everything under them.
 * @throws XmlError if the document is not a .jmx file
 */
export function documentOf(root: ParsedElement): Document {
  const hashTree = root.children.find(({ name }) => name === 'hashTree');
  if (root.name !== 'jmeterTestPlan' || hashTree === undefined) {
    throw new XmlError('this is not a .jmx: expected <jmeterTestPlan> with a <hashTree>', root.line);
  }
  const elements = elementsOf(hashTree, '');
  const testPlan = elements.find(({ type }) => type === 'TestPlan');
  if (testPlan === undefined) throw new XmlError('the file has no enabled TestPlan', hashTree.line);
  return { testPlan, beside: elements.filter((element) => element !== testPlan) };
}

/**
 * Returns the enabled elements of a hashTree. In the file, a hashTree with its children follows each element (JMeter's
 * HashTreeConverter.java).
 */
function elementsOf(hashTree: ParsedElement, parentPath: string): TestElement[] {
  return hashTree.children.flatMap((element, index) => {
    if (element.name === 'hashTree' || !isEnabled(element)) return [];
    const next = hashTree.children[index + 1];
    return [testElement(element, next?.name === 'hashTree' ? next : null, parentPath)];
  });
}

/**
 * Returns true if an element is enabled. An attribute or a property can disable the element. If both exist, the
 * property counts (ConversionHelp.java, AbstractTestElement.java).
 */
export function isEnabled(element: ParsedElement): boolean {
  const property = propertiesOf(element).get('TestElement.enabled')?.text;
  return isTrue(property ?? element.attributes['enabled'] ?? 'true');
}

export function testElement(
  element: ParsedElement,
  hashTree: ParsedElement | null,
  parentPath: string,
): TestElement {
  const { name: type, attributes, line } = element;
  const name = (attributes['testname'] || type).slice(0, MAX_NAME_LENGTH);
  const path = parentPath === '' ? name : `${parentPath} › ${name}`;
  return {
    type,
    guiClass: attributes['guiclass'] ?? '',
    name: attributes['testname'] ?? '',
    path,
    line,
    properties: propertiesOf(element),
    children: hashTree === null ? [] : elementsOf(hashTree, path),
  };
}

/**
 * Returns the properties of an element by name. An `objProp` has its name in a child element, other properties in an
 * attribute.
 */
export function propertiesOf(element: ParsedElement): ReadonlyMap<string, ParsedElement> {
  return new Map(
    element.children.map((property) => [
      property.attributes['name'] ?? property.children.find(({ name }) => name === 'name')?.text ?? '',
      property,
    ]),
  );
}

/**
 * Returns the text of a property. Empty if the property is missing. A `doubleProp` has its value in a child element
 * (DoubleProperty.java).
 */
export function textOf({ properties }: Pick<TestElement, 'properties'>, name: string): string {
  const property = properties.get(name);
  if (property?.name !== 'doubleProp') return property?.text ?? '';
  return property.children.find((child) => child.name === 'value')?.text ?? '';
}

/**
 * Reads a boolean as JMeter does: every text but "true" means false (StringProperty.java, with Java's
 * Boolean.valueOf).
 */
export function isTrue(text: string): boolean {
  return text.trim().toLowerCase() === 'true';
}

/** Returns the elements of a collection property, such as the headers of a header manager. */
export function collectionOf(
  { properties }: Pick<TestElement, 'properties'>,
  name: string,
): readonly ParsedElement[] {
  return properties.get(name)?.children ?? [];
}
