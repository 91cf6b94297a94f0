import type { ReportData } from './report-data.ts';

/** The title of a report, which a browser shows in its tab. */
export function titleOf({ verdict, run }: ReportData): string {
  return `${verdict.verdict}: run ${run.id}`;
}
