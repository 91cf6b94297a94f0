import { changesLabel, type Plan } from '../../plan/plan.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';

/** The part of a row that names its request. */
export type NamedRow = Pick<SampleRow, 'label' | 'request'>;

const SEVERAL = -1;

/**
 * Finds the request that a row of a samples file belongs to. If several requests of a thread group have the same name,
 * only the column `request` shows which of them sent the row.
 */
export class RowRequests {
  readonly #groups: readonly ReadonlyMap<string, number>[];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#groups = plan.threadGroups.map(({ requests }) => {
      const indexes = new Map<string, number>();
      for (const [index, { name }] of requests.entries())
        indexes.set(name, indexes.has(name) ? SEVERAL : index);
      return indexes;
    });
  }

  /** Whether only the column `request` names the rows of a request. */
  #changesLabel(group: number, index: number): boolean {
    const request = this.#plan.threadGroups[group - 1]?.requests[index];
    return request !== undefined && changesLabel(request);
  }

  /** Returns the index of the row's request in its group. Null if the row does not show one request of the group. */
  indexOf(group: number, { label, request }: NamedRow): number | null {
    const named =
      request === undefined ? undefined : this.#plan.threadGroups[group - 1]?.requests[request - 1];
    if (named !== undefined && changesLabel(named)) return (request ?? 0) - 1;
    const index = this.#groups[group - 1]?.get(label);
    if (index === undefined || this.#changesLabel(group, index)) return null;
    if (index !== SEVERAL) return index;
    if (request === undefined) return null;
    return named?.name === label ? request - 1 : null;
  }
}
