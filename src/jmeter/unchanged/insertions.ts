import type { ForeignPlan } from '../../plan/jmx/foreign.ts';
import { tokenValue } from '../../plan/tokens/token-places.ts';
import { literalText } from '../elements/functions.ts';
import {
  collectionProp,
  elementProp,
  formatBranches,
  node,
  stringProp,
  type TreeNode,
} from '../elements/tree.ts';
import { sampleWriter } from '../rendering/listeners.ts';
import { FORGET_SCRIPT, IDENTITY_SCRIPT, INSERTED_NAME, REDIRECT_SCRIPT } from './identity-script.ts';

/** The file to which JMeter writes the samples. */
export interface SamplesFile {
  /** The absolute path. */
  readonly path: string;
  /** Whether the samples have their URLs. */
  readonly hasUrls: boolean;
}

/**
 * Returns the text of the test plan with qbl's elements under each HTTP request, and with nothing else changed. A listener
 * under the test plan would not get the requests of a transaction that is written as one sample (JMeterThread.java,
 * getSampleListeners), so each request has a listener of its own. All of them write to one file.
 */
export function withInsertions(foreign: ForeignPlan, samples: SamplesFile): string {
  const { text, samplers } = foreign;
  const writer = sampleWriter(literalText(samples.path), samples.hasUrls);
  const [message, other] = [
    [...identityNodes(foreign), writer],
    [script('JSR223PreProcessor', FORGET_SCRIPT, ''), writer],
  ].map((nodes) => ({
    inside: formatBranches(nodes, false),
    asTree: formatBranches(nodes, true),
  }));
  let written = '';
  let from = 0;
  for (const { element, hashTree, sendsMessage } of samplers) {
    const inserted = (sendsMessage ? message : other) ?? { inside: '', asTree: '' };
    if (hashTree === null) {
      written += text.slice(from, element.end) + inserted.asTree;
      from = element.end;
      continue;
    }
    const lastTag = text.lastIndexOf('<', hashTree.end - 1);
    written += text.slice(from, lastTag) + (hashTree.isOneTag ? inserted.asTree : inserted.inside);
    from = hashTree.isOneTag ? hashTree.end : lastTag;
  }
  return written + text.slice(from);
}

/** The elements that give a message its identity. Without a header, messages are only counted. */
function identityNodes({ plan: { identity }, setUpGroups, plainGroups }: ForeignPlan): TreeNode[] {
  return [
    ...(identity.kind === 'header' ? [headerManager(identity.name)] : []),
    script('JSR223PreProcessor', IDENTITY_SCRIPT, `${setUpGroups} ${plainGroups}`),
    script('JSR223PostProcessor', REDIRECT_SCRIPT, ''),
  ];
}

function headerManager(name: string): TreeNode {
  const header = elementProp('', 'Header', [
    stringProp('Header.name', literalText(name)),
    stringProp('Header.value', tokenValue(name)),
  ]);
  return node('HeaderManager', 'HeaderPanel', INSERTED_NAME, [
    collectionProp('HeaderManager.headers', [header]),
  ]);
}

function script(
  testClass: 'JSR223PreProcessor' | 'JSR223PostProcessor',
  text: string,
  parameters: string,
): TreeNode {
  return node(testClass, 'TestBeanGUI', INSERTED_NAME, [
    stringProp('scriptLanguage', 'groovy'),
    // If the cache key is not empty, JMeter compiles the script only once.
    stringProp('cacheKey', 'true'),
    stringProp('parameters', parameters),
    stringProp('filename', ''),
    stringProp('script', text),
  ]);
}
