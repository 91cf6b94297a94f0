import { type ParsedElement, XmlError } from './xml.ts';

/** An enabled element of a test plan, with the enabled elements under it. */
export interface TestElement {
  /** The class of the element, such as `ThreadGroup`. */
  readonly type: string;
  readonly guiClass: string;
  readonly name: string;
  /** The names of the elements from the root to this one, such as `Test Plan › Users`. */
  readonly path: string;
  readonly line: number;
  /** The properties of the element, by name. */
  readonly properties: ReadonlyMap<string, ParsedElement>;
  readonly children: readonly TestElement[];
}

const MAX_NAME_LENGTH = 100;

/** The root of a .jmx document. JMeter also runs the elements beside the test plan. */
export interface Document {
  readonly testPlan: TestElement;
  readonly beside: readonly TestElement[];
}

/**
 * Reads the test plan of a .jmx document. Leaves out disabled elements and everything under them.
 * @throws XmlError if the document is not a .jmx
 */
export function documentOf(root: ParsedElement): Document {
  const hashTree = root.children.find(({ name }) => name === 'hashTree');
  if (root.name !== 'jmeterTestPlan' || hashTree === undefined) {
    throw new XmlError('this is not a .jmx: expected <jmeterTestPlan> with a <hashTree>', root.line);
  }
  const elements = elementsOf(hashTree, '');
  const testPlan = elements.find(({ type }) => type === 'TestPlan');
  if (testPlan === undefined) throw new XmlError('it has no enabled TestPlan', hashTree.line);
  return { testPlan, beside: elements.filter((element) => element !== testPlan && !isEmptyBench(element)) };
}

/** JMeter before version 4 wrote a WorkBench into every file. */
function isEmptyBench({ type, children }: TestElement): boolean {
  return type === 'WorkBench' && children.length === 0;
}

/** In the file, each element is followed by a hashTree with its children. Source: JMeter's HashTreeConverter.java. */
function elementsOf(hashTree: ParsedElement, parentPath: string): TestElement[] {
  return hashTree.children.flatMap((element, index) => {
    if (element.name === 'hashTree' || !isEnabled(element)) return [];
    const next = hashTree.children[index + 1];
    return [testElement(element, next?.name === 'hashTree' ? next : null, parentPath)];
  });
}

/** An attribute or a property can disable an element. The property wins. Sources: ConversionHelp.java, AbstractTestElement.java. */
function isEnabled(element: ParsedElement): boolean {
  const property = propertiesOf(element).get('TestElement.enabled')?.text;
  return isTrue(property ?? element.attributes['enabled'] ?? 'true');
}

function testElement(
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

/** An `objProp` has its name in a child element. Other properties have it in an attribute. */
export function propertiesOf(element: ParsedElement): ReadonlyMap<string, ParsedElement> {
  return new Map(
    element.children.map((property) => [
      property.attributes['name'] ?? property.children.find(({ name }) => name === 'name')?.text ?? '',
      property,
    ]),
  );
}

/** The text of a property. Empty if it is missing. */
export function textOf({ properties }: Pick<TestElement, 'properties'>, name: string): string {
  return properties.get(name)?.text ?? '';
}

/** JMeter treats every boolean except "true" as false. Source: StringProperty.java, with Java's Boolean.valueOf. */
export function isTrue(text: string): boolean {
  return text.trim().toLowerCase() === 'true';
}

/** The elements in a collection, such as the headers of a header manager. */
export function collectionOf(
  { properties }: Pick<TestElement, 'properties'>,
  name: string,
): readonly ParsedElement[] {
  return properties.get(name)?.children ?? [];
}
