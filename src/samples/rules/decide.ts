import { type Answered, certainOutcome, type Outcome, REJECTING_STATUSES } from '../outcome.ts';
import { UNREAD } from './json-body.ts';
import { type CompleteResponse, matchesAny } from './match.ts';
import type { OutcomeRules, ResponseRule } from './rule.ts';

export interface Decider {
  /** Whether a rule can depend on the body. If so, the body must be kept. */
  readonly needsBody: boolean;
  decide(answered: Answered, response: CompleteResponse): Outcome;
}

/** An outcome, and the rules for this outcome. A response that matches one of the rules has the outcome. */
export interface OutcomeStep {
  readonly outcome: 'acked' | 'rejected';
  readonly rules: readonly ResponseRule[];
}

/**
 * The default rules as lists. They check only the status, because a complete response with status 200 to 299 is always
 * a success of the sample.
 */
const DEFAULT_ACKED: readonly ResponseRule[] = [{ status: [{ from: 200, to: 299 }] }];
const DEFAULT_REJECTED: readonly ResponseRule[] = [rejecting(REJECTING_STATUSES)];

/** The default rules, with more statuses that prove that a message was not enqueued. */
export function alsoRejecting(statuses: readonly number[]): OutcomeRules {
  return { rejected: [rejecting(new Set([...statuses, ...REJECTING_STATUSES]))] };
}

function rejecting(statuses: ReadonlySet<number>): ResponseRule {
  return { status: [...statuses].map((status) => ({ from: status, to: status })) };
}

/**
 * Returns the lists of rules in the order in which they are tried. The first list that matches decides. Rules for
 * rejected come before rules for acked, so that a rule for rejected can be an exception to a rule for acked. The
 * default rules for rejected come last, because a rule for acked may name a status such as 400.
 */
export function outcomeSteps({ acked = DEFAULT_ACKED, rejected }: OutcomeRules): readonly OutcomeStep[] {
  const ackedStep: OutcomeStep = { outcome: 'acked', rules: acked };
  return rejected === undefined
    ? [ackedStep, { outcome: 'rejected', rules: DEFAULT_REJECTED }]
    : [{ outcome: 'rejected', rules: rejected }, ackedStep];
}

export function deciderOf(rules: OutcomeRules): Decider {
  const steps = outcomeSteps(rules);
  const decided = decision(steps);
  return {
    needsBody: steps.some((step) => step.rules.some(({ json }) => json !== undefined)),
    decide: (answered, response) => {
      const outcome = decided(answered, response);
      return outcome === 'unknown' ? 'indeterminate' : outcome;
    },
  };
}

/**
 * Decides outcomes of which only the status is known, as in a samples file. Returns `unknown` if the outcome depends on
 * headers or a body.
 */
export function statusDeciderOf(rules: OutcomeRules): (answered: Answered) => Outcome | 'unknown' {
  const decided = decision(outcomeSteps(rules));
  return (answered) =>
    decided(answered, { status: Number(answered.responseCode), header: () => null, json: () => UNREAD });
}

function decision(
  steps: readonly OutcomeStep[],
): (answered: Answered, response: CompleteResponse) => Outcome | 'unknown' {
  const matchers = steps.map(({ outcome, rules }) => ({ outcome, match: matchesAny(rules) }));
  return (answered, response) => {
    const certain = certainOutcome(answered);
    if (certain !== null) return certain;
    for (const { outcome, match } of matchers) {
      const found = match(response);
      if (found !== 'no') return found === 'yes' ? outcome : 'unknown';
    }
    return 'indeterminate';
  };
}
