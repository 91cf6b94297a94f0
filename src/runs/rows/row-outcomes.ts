import { sendsMessage } from '../../plan/placements.ts';
import { hasRules, type Plan } from '../../plan/plan.ts';
import { plural, verb } from '../../plural.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { type Answered, type Outcome, outcomeOf } from '../../samples/outcome.ts';
import { statusDeciderOf } from '../../samples/rules/decide.ts';
import { type NamedThread, threadPlaceOf } from '../../samples/thread-name.ts';
import { type NamedRow, RowRequests } from './row-requests.ts';

type DecidedRow = Answered & NamedRow & NamedThread & Pick<SampleRow, 'place'>;

interface RowRequest {
  readonly sendsMessage: boolean;
  readonly decide: (answered: Answered) => Outcome | 'unknown';
}

/**
 * What the rows of a samples file say about the requests of a plan. The sender wrote the outcome of each row, because
 * only the sender had the whole response. If a row has no outcome, the rules of the plan decide by the status. If the
 * rules need more than the status, the outcome is unclear.
 */
export class RowOutcomes {
  readonly #groups: readonly (readonly RowRequest[])[];
  readonly #rowRequests: RowRequests | null;
  readonly #hasRules: boolean;
  #unclear = 0;

  /** @param plan null if the plan is not known; the default rule then decides */
  constructor(plan: Plan | null) {
    const groups = plan?.threadGroups ?? [];
    this.#rowRequests = plan === null ? null : new RowRequests(plan);
    this.#groups = groups.map(({ requests }) =>
      requests.map((request) => ({
        sendsMessage: plan !== null && sendsMessage(plan, request),
        decide: request.outcome === undefined ? outcomeOf : statusDeciderOf(request.outcome),
      })),
    );
    this.#hasRules = hasRules({ threadGroups: groups });
  }

  /** The outcome of a row. A row whose outcome is unclear counts as indeterminate. */
  of(row: DecidedRow): Outcome {
    const outcome = this.#decided(row);
    if (outcome !== 'unknown') return outcome;
    this.#unclear++;
    return 'indeterminate';
  }

  /** Whether the request of a row sends a message. True if the plan does not name the request. */
  sendsMessage(row: DecidedRow): boolean {
    if (row.place !== undefined) return row.place !== null;
    return this.#requestOf(row)?.sendsMessage ?? true;
  }

  /** Says which outcomes of the rows so far are unclear, as a sentence. Null if every outcome is clear. */
  get unclearText(): string | null {
    const count = this.#unclear;
    if (count === 0) return null;
    return `The outcome of ${plural(count, 'request')} is unclear: the column "outcome" of the samples does not show it, and the rules of the plan need more than the status of a response. ${verb(count, 'It counts', 'They count')} as indeterminate.`;
  }

  #decided(row: DecidedRow): Outcome | 'unknown' {
    if (row.outcome !== undefined) return row.outcome === 'unreadable' ? 'unknown' : row.outcome;
    if (!this.#hasRules) return outcomeOf(row);
    return this.#requestOf(row)?.decide(row) ?? 'unknown';
  }

  #requestOf(row: DecidedRow): RowRequest | undefined {
    if (this.#rowRequests === null) return undefined;
    const place = threadPlaceOf(row);
    if (place === null) return undefined;
    const index = this.#rowRequests.indexOf(place.group, row);
    return index === null ? undefined : this.#groups[place.group - 1]?.[index];
  }
}
