import type { ReportData } from './report-data.ts';

/** What a browser's tab says of a report. */
export function titleOf({ verdict, run }: ReportData): string {
  return `${verdict.verdict}: run ${run.id}`;
}
