import type { ForeignPlan, ForeignSampler } from '../../plan/jmx/foreign.ts';
import { type Edit, edited } from '../../plan/jmx/text-edits.ts';
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

/** The elements that qbl inserts under an HTTP request, before and after the elements of the file. */
interface Inserted {
  readonly first: readonly TreeNode[];
  readonly last: readonly TreeNode[];
}

/**
 * Returns the text of the test plan with qbl's elements under each HTTP request, and with nothing else changed. A listener
 * under the test plan would not get the requests of a transaction that is written as one sample (JMeterThread.java,
 * getSampleListeners), so each request has a listener of its own. All of them write to one file. The file has no URLs:
 * JMeter cannot mask a part of a URL, and any variable of a URL can have a secret value.
 * @param samplesFile the absolute path of the file
 */
export function withInsertions(foreign: ForeignPlan, samplesFile: string): string {
  const writer = sampleWriter(literalText(samplesFile), false);
  const message = messageElements(foreign, writer);
  const other = { first: [], last: [script('JSR223PreProcessor', FORGET_SCRIPT, ''), writer] };
  // Requests can be nested. Where two edits are at the same place, the inner request comes before the end of the outer one.
  const edits = [...foreign.samplers]
    .reverse()
    .flatMap((sampler) => editsOf(foreign.text, sampler, sampler.sendsMessage ? message : other));
  return edited(foreign.text, edits);
}

function editsOf(text: string, { element, hashTree }: ForeignSampler, { first, last }: Inserted): Edit[] {
  if (hashTree === null || hashTree.isOneTag) {
    const tree = formatBranches([...first, ...last], true);
    const from = hashTree === null ? element.end : text.lastIndexOf('<', hashTree.end - 1);
    return [{ from, to: hashTree?.end ?? from, text: tree }];
  }
  const lastTag = text.lastIndexOf('<', hashTree.end - 1);
  const inserted = (at: number, nodes: readonly TreeNode[]) => ({
    from: at,
    to: at,
    text: nodes.length === 0 ? '' : formatBranches(nodes, false),
  });
  return [inserted(hashTree.start, first), inserted(lastTag, last)];
}

/**
 * The elements that give a message its identity. Without a header, messages are only counted. JMeter takes the first of
 * several headers with the same name, so qbl's header is before those of the file.
 */
function messageElements(
  { plan: { identity }, setUpGroups, plainGroups }: ForeignPlan,
  writer: TreeNode,
): Inserted {
  return {
    first: identity.kind === 'header' ? [headerManager(identity.name)] : [],
    last: [
      script('JSR223PreProcessor', IDENTITY_SCRIPT, `${setUpGroups} ${plainGroups}`),
      script('JSR223PostProcessor', REDIRECT_SCRIPT, ''),
      writer,
    ],
  };
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
