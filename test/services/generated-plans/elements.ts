import {
  collectionProp,
  elementProp,
  node,
  stringProp,
  type TreeNode,
} from '../../../src/jmeter/elements/tree.ts';
import { type XmlElement, xmlElement } from '../../../src/jmeter/elements/xml.ts';

/** Elements of test plans that the arbitraries share. */

type Texts = Readonly<Record<string, string>>;

export function argumentsOf(values: Texts): XmlElement[] {
  const each = Object.entries(values).map(([name, value]) =>
    elementProp(name, 'Argument', [
      stringProp('Argument.name', name),
      stringProp('Argument.value', value),
      stringProp('Argument.metadata', '='),
    ]),
  );
  return [collectionProp('Arguments.arguments', each)];
}

export function headerManager(headers: Texts): TreeNode {
  const each = Object.entries(headers).map(([name, value]) =>
    elementProp('', 'Header', [stringProp('Header.name', name), stringProp('Header.value', value)]),
  );
  return node('HeaderManager', 'HeaderPanel', 'Headers', [collectionProp('HeaderManager.headers', each)]);
}

export function userParameters(parameters: Texts): TreeNode {
  const text = (value: string) => xmlElement('stringProp', { name: '' }, value);
  const values = collectionProp('user_1', Object.values(parameters).map(text));
  return node('UserParameters', 'UserParametersGui', 'Parameters', [
    collectionProp('UserParameters.names', Object.keys(parameters).map(text)),
    collectionProp('UserParameters.thread_values', [values]),
    stringProp('UserParameters.per_iteration', 'false'),
  ]);
}
