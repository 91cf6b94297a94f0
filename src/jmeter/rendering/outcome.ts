import { hasRules, type Plan, type Request } from '../../plan/plan.ts';
import { NEVER_SENT, NON_HTTP_CODE, NOT_ENQUEUED } from '../../samples/outcome.ts';
import { outcomeSteps } from '../../samples/rules/decide.ts';
import { MAX_RULE_BODY_BYTES } from '../../samples/rules/json-body.ts';
import { literalText } from '../elements/functions.ts';
import { node, stringProp, type TreeNode } from '../elements/tree.ts';
import { OUTCOME_SCRIPT } from './outcome-script.ts';

/**
 * Returns the element that decides the outcome of each response and writes it into the sample variable
 * `outcome`. A plan without rules has no such element. In a plan with rules, every request has one, because
 * otherwise a row would repeat the outcome of another request.
 */
export function outcomePostProcessor({ outcome = {} }: Request, plan: Plan): TreeNode[] {
  if (!hasRules(plan)) return [];
  const parameters = {
    steps: outcomeSteps(outcome),
    nonHttpCode: NON_HTTP_CODE,
    neverSent: NEVER_SENT,
    notEnqueued: NOT_ENQUEUED,
    maxBodyBytes: MAX_RULE_BODY_BYTES,
  };
  return [
    node('JSR223PostProcessor', 'TestBeanGUI', 'Outcome', [
      stringProp('scriptLanguage', 'groovy'),
      stringProp('parameters', literalText(JSON.stringify(parameters))),
      stringProp('filename', ''),
      // If the cache key is not empty, JMeter compiles the script only once.
      stringProp('cacheKey', 'true'),
      stringProp('script', literalText(OUTCOME_SCRIPT)),
    ]),
  ];
}
