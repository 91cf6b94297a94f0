import { formatElements, formatXml, type XmlElement, xmlElement } from './xml.ts';

export interface TreeNode {
  readonly element: XmlElement;
  readonly children: readonly TreeNode[];
}

/** The JMeter version whose file format qbl writes. */
export const JMETER_VERSION = '5.6.3';

/** Writes a .jmx file. Each element is followed by the tree under it. Source: JMeter's save/SaveService.java. */
export function formatJmx(root: TreeNode): string {
  const attributes = { version: '1.2', properties: '5.0', jmeter: JMETER_VERSION };
  return formatXml(xmlElement('jmeterTestPlan', attributes, [hashTree([root])]));
}

/**
 * Writes elements with the trees under them.
 * @param asTree whether a hashTree encloses them, as the children of an element need it
 */
export function formatBranches(nodes: readonly TreeNode[], asTree: boolean): string {
  return formatElements(asTree ? [hashTree(nodes)] : branches(nodes));
}

function hashTree(nodes: readonly TreeNode[]): XmlElement {
  return xmlElement('hashTree', {}, branches(nodes));
}

function branches(nodes: readonly TreeNode[]): XmlElement[] {
  return nodes.flatMap((node) => [node.element, hashTree(node.children)]);
}

/**
 * Creates an element of the tree.
 * @param testClass JMeter's class that runs the element
 * @param guiClass JMeter's class that shows the element; both are named as in saveservice.properties
 * @param name the name in the tree, which JMeter evaluates
 */
export function node(
  testClass: string,
  guiClass: string,
  name: string,
  properties: readonly XmlElement[],
  children: readonly TreeNode[] = [],
): TreeNode {
  const attributes = { guiclass: guiClass, testclass: testClass, testname: name, enabled: 'true' };
  return { element: xmlElement(testClass, attributes, properties), children };
}

export const stringProp = (name: string, value: string | number) =>
  xmlElement('stringProp', { name }, String(value));

export const boolProp = (name: string, value: boolean) => xmlElement('boolProp', { name }, String(value));

export const intProp = (name: string, value: number) => xmlElement('intProp', { name }, String(value));

export const collectionProp = (name: string, content: readonly XmlElement[]) =>
  xmlElement('collectionProp', { name }, content);

/** A property that is itself an element of the class `type`. */
export const elementProp = (name: string, type: string, content: readonly XmlElement[], guiClass?: string) =>
  xmlElement(
    'elementProp',
    { name, elementType: type, ...(guiClass === undefined ? {} : { guiclass: guiClass, testclass: type }) },
    content,
  );
