import { isIdentity } from '../../message/claim.ts';
import type { Identity } from '../../message/identity.ts';
import { sendsMessage } from '../../plan/placements.ts';
import { isPlanned, type Plan } from '../../plan/plan.ts';
import { RowRequests } from '../../runs/rows/row-requests.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { threadPlaceOf } from '../../samples/thread-name.ts';
import type { SamplesSurvey } from './samples-survey.ts';

/** What a row describes: a message, a request that sends no message, or nothing that qbl can identify. */
export type RowPlace = Identity | 'no message' | 'unplaced';

export interface SamplesOf {
  readonly run: string;
  /** The plan. Null if run.json is missing. */
  readonly plan: Plan | null;
  /**
   * The labels of the rows with messages, in the order of the requests. If empty, all rows have messages, unless the
   * plan says otherwise.
   */
  readonly labels: readonly string[];
}

/**
 * Finds the message that each row describes. If the column `loop` is missing, the rows must be sorted by start time.
 */
export class SamplePlaces {
  readonly #of: SamplesOf;
  readonly #firstLoop: 0 | 1;
  readonly #labels: readonly string[];
  readonly #requests: RowRequests | null;
  /**
   * Number of rows so far for each thread and request. If the column `loop` is missing, this number is used as the
   * loop.
   */
  readonly #loops = new Map<string, number>();

  constructor(of: SamplesOf, { labels, countsFromZero }: SamplesSurvey) {
    this.#of = of;
    this.#requests = of.plan === null ? null : new RowRequests(of.plan);
    this.#firstLoop = countsFromZero ? 0 : 1;
    this.#labels = of.labels.length > 0 ? of.labels : labels;
  }

  of(row: SampleRow): RowPlace {
    const { run, plan } = this.#of;
    if (row.place !== undefined) return row.place === null ? 'no message' : placed({ run, ...row.place });
    const place = threadPlaceOf(row);
    if (place === null) return 'unplaced';
    const request = this.#byPlan(row, place.group) ?? this.#byLabel(row);
    if (typeof request !== 'number') return request;
    const loop = row.loop === null ? this.#next(row, request) : row.loop + 1 - this.#firstLoop;
    const { group, thread } = place;
    const identity = { run, group, thread, loop, request };
    if (!isIdentity(identity)) return 'unplaced';
    return plan === null || isPlanned(plan, identity) ? identity : 'unplaced';
  }

  /**
   * Finds the message by label, if the plan is not known. If the file has several labels, the user must name those
   * with messages.
   */
  #byLabel({ label, request }: SampleRow): number | 'no message' | 'unplaced' {
    const index = this.#labels.indexOf(label);
    if (this.#of.labels.length > 0) return index === -1 ? 'no message' : (request ?? index + 1);
    return this.#labels.length === 1 && index === 0 ? (request ?? 1) : 'unplaced';
  }

  /** Finds the request of the row in the plan. Null if the plan is not known. */
  #byPlan(row: SampleRow, group: number): number | 'no message' | 'unplaced' | null {
    const { plan } = this.#of;
    if (plan === null || this.#requests === null) return null;
    const index = this.#requests.indexOf(group, row);
    const request = index === null ? undefined : plan.threadGroups[group - 1]?.requests[index];
    if (index === null || request === undefined) return 'unplaced';
    return sendsMessage(plan, request) ? index + 1 : 'no message';
  }

  #next({ threadName }: SampleRow, request: number): number {
    const key = `${threadName}\n${request}`;
    const loop = (this.#loops.get(key) ?? 0) + 1;
    this.#loops.set(key, loop);
    return loop;
  }
}

function placed(identity: Identity): Identity | 'unplaced' {
  return isIdentity(identity) ? identity : 'unplaced';
}
