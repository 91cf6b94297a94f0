import { type Plan, sampleColumns } from '../../plan/plan.ts';
import type { OptionalColumn } from '../../samples/jtl/jtl-columns.ts';

/**
 * Returns the optional columns that blast writes. The row of a redirected request shows the last response, which does
 * not decide the outcome of the first request. So the row has a column for the outcome.
 */
export function blastColumns(plan: Plan): readonly OptionalColumn[] {
  const columns = sampleColumns(plan);
  const redirects = plan.threadGroups.some(({ requests }) => requests.some((each) => each.followRedirects));
  return redirects && !columns.includes('outcome') ? ['outcome', ...columns] : columns;
}
