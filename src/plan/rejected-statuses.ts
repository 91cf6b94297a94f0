import { QblError } from '../error.ts';
import { alsoRejecting } from '../samples/rules/decide.ts';
import { hasRules, type Plan } from './plan.ts';

/**
 * Adds a rule for the outcome to each request: a response with one of these statuses proves that the message was not
 * enqueued.
 * @throws QblError 'usage' if the plan has rules, because the statuses could contradict the rules
 */
export function withRejectedStatuses(plan: Plan, statuses: readonly number[] = []): Plan {
  if (statuses.length === 0) return plan;
  if (hasRules(plan)) throw planHasRules();
  const outcome = alsoRejecting(statuses);
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => ({ ...request, outcome })),
    })),
  };
}

function planHasRules(): QblError {
  return new QblError(
    'usage',
    '--rejected-status cannot be used with this plan: its own rules decide outcomes',
    { hint: 'Add the status to the rules of outcome.rejected in the plan.' },
  );
}
