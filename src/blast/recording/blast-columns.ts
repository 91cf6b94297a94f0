import { type Plan, sampleColumns } from '../../plan/plan.ts';
import type { OptionalColumn } from '../../samples/jtl/jtl-columns.ts';

/**
 * Returns the optional columns that blast writes. The row of a redirected request shows the last response, which does
 * not decide the outcome of the first request. The row of a request that is not sent can show an exception that JMeter
 * also has for redirects. So these rows have a column for the outcome.
 */
export function blastColumns(plan: Plan): readonly OptionalColumn[] {
  const columns = sampleColumns(plan);
  const redirects = plan.threadGroups.some(({ requests }) => requests.some((each) => each.followRedirects));
  const canBeUnsent = plan.variables?.some(({ kind }) => kind === 'text') ?? false;
  return (redirects || canBeUnsent) && !columns.includes('outcome') ? ['outcome', ...columns] : columns;
}
