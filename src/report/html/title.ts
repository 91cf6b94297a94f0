import type { ReportData } from './report-data.ts';

export function titleOf({ verdict, run }: ReportData): string {
  return `${verdict.verdict}: run ${run.id}`;
}
