import { type ParsedElement, XmlError } from './xml.ts';

/** An enabled element of a test plan, with what is enabled under it. */
export interface TestElement {
  /** The class, such as `ThreadGroup`. */
  readonly type: string;
  readonly guiClass: string;
  readonly name: string;
  /** The names from the root on, such as `Test Plan › Users`. */
  readonly path: string;
  readonly line: number;
  /** Its properties by their names. */
  readonly properties: ReadonlyMap<string, ParsedElement>;
  readonly children: readonly TestElement[];
}

const MAX_NAME_LENGTH = 100;

/** What a .jmx document has at its root. JMeter runs what stands beside the test plan too. */
export interface Document {
  readonly testPlan: TestElement;
  readonly beside: readonly TestElement[];
}

/**
 * The test plan of a .jmx document. Disabled elements are left out with all that is under them.
 * @throws XmlError when the document is no .jmx
 */
export function documentOf(root: ParsedElement): Document {
  const hashTree = root.children.find(({ name }) => name === 'hashTree');
  if (root.name !== 'jmeterTestPlan' || hashTree === undefined) {
    throw new XmlError('it is no .jmx: expected <jmeterTestPlan> with a <hashTree>', root.line);
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

/** Each element is followed by the hashTree of what is under it. Source: JMeter's HashTreeConverter.java. */
function elementsOf(hashTree: ParsedElement, parentPath: string): TestElement[] {
  return hashTree.children.flatMap((element, index) => {
    if (element.name === 'hashTree' || !isEnabled(element)) return [];
    const next = hashTree.children[index + 1];
    return [testElement(element, next?.name === 'hashTree' ? next : null, parentPath)];
  });
}

/** Said by an attribute, or by a property that wins. Sources: ConversionHelp.java, AbstractTestElement.java. */
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

/** A property has its name as an attribute, an `objProp` as an element. */
export function propertiesOf(element: ParsedElement): ReadonlyMap<string, ParsedElement> {
  return new Map(
    element.children.map((property) => [
      property.attributes['name'] ?? property.children.find(({ name }) => name === 'name')?.text ?? '',
      property,
    ]),
  );
}

/** The text of a property; empty where it is missing. */
export function textOf({ properties }: Pick<TestElement, 'properties'>, name: string): string {
  return properties.get(name)?.text ?? '';
}

/** Whatever else a boolean of JMeter's may be is false. Source: StringProperty.java, by Java's Boolean.valueOf. */
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
