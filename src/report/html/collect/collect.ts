import { printable } from '../../../printable.ts';
import { readScaling } from '../../../runs/documents/compare-json.ts';
import { readIncidents } from '../../../runs/documents/incidents-json.ts';
import { existingRun } from '../../../runs/documents/run-json.ts';
import { readService, type ServiceRecord } from '../../../runs/documents/service-json.ts';
import { readSummary, type SummaryRecord } from '../../../runs/documents/summary-json.ts';
import { readVerification } from '../../../runs/documents/verify-json.ts';
import { readTrace } from '../../../runs/rows/trace.ts';
import type { RunFolder } from '../../../runs/run-folder.ts';
import { formatSummaryRow, SUMMARY_COLUMNS } from '../../../samples/summary/summary-report.ts';
import type { VerdictFacts } from '../../verdict/facts.ts';
import { gapsFact } from '../../verdict/gaps.ts';
import { hopsFact } from '../../verdict/hops.ts';
import { runningFacts } from '../../verdict/running.ts';
import { verdictFacts } from '../../verdict/verdict-facts.ts';
import { readLevelling } from '../curves/levelling.ts';
import { type OutcomeCurves, readOutcomes } from '../curves/outcomes.ts';
import type {
  ComparisonTable,
  LatencyData,
  LatencySeries,
  ReportData,
  ResultsData,
  SpanData,
  SummaryData,
} from '../report-data.ts';
import { OffenderSamples, offendingRequests } from '../results/offender-samples.ts';
import { resultsData } from '../results/results.ts';
import { readBenefit, tableOf } from './benefit.ts';
import { keyFigures } from './key-figures.ts';
import { readLatency } from './latency.ts';
import { readObserved } from './observed.ts';
import { timeOriginOf } from './origin.ts';
import { runData } from './run-facts.ts';

const MAX_SUMMARY_ROWS = 200;
const MAX_OUTAGES = 100;
const MAX_TEXT_LENGTH = 2000;
/**
 * Maximum number of curves in a chart. Each curve has its own colour and dashes, and more curves would look
 * alike.
 */
const MAX_CURVES = 6;

/** The data that compared runs add to the report of a run. */
export interface Overlay {
  readonly latency: readonly LatencySeries[];
  readonly tables: readonly ComparisonTable[];
}

export interface CollectOptions {
  readonly overlay?: Overlay | undefined;
  /**
   * True if the run has not finished. Such a run without a verdict is shown as `running`, not as
   * `unverified`.
   */
  readonly isRunning?: boolean;
}

const NO_OVERLAY: Overlay = { latency: [], tables: [] };

/**
 * Collects the data of a report from the files in the run's folder.
 * @throws QblError 'usage' if there is no run, or if one of its files is damaged
 */
export async function collectReport(
  folder: RunFolder,
  { overlay = NO_OVERLAY, isRunning = false }: CollectOptions = {},
): Promise<ReportData> {
  const record = existingRun(folder);
  const summary = await readSummary(folder);
  const verification = await readVerification(folder);
  const incidents = await readIncidents(folder);
  const trace = await readTrace(folder);
  const offending = offendingRequests(verification, folder.id);
  const offenders = new OffenderSamples(record.plan, offending, trace);
  const originMs = timeOriginOf(record, summary);
  const outcomes = await readOutcomes(folder, record.plan, originMs, (row, outcome) =>
    offenders.take(row, outcome),
  );
  const service = await readService(folder);
  const scaling = await readScaling(folder);
  const results = resultsData({ trace, offenders: offenders.found, offending, outcomes, record });
  const levelling = await readLevelling(folder, originMs);
  const observed = await readObserved(folder, originMs);
  const own = await readLatency(folder, overlay.latency.length === 0 ? null : folder.id);
  return {
    schema: 'qbl.report/1',
    writtenAt: new Date().toISOString(),
    run: runData(record, service),
    keyFigures: keyFigures({
      statistics: outcomes?.statistics ?? null,
      summary,
      verification,
      levelling: levelling ?? observed?.levelling ?? null,
    }),
    verdict:
      verification === null && isRunning
        ? runningFacts(record.end === null ? 'sending' : 'reading', outcomes?.statistics ?? null, incidents)
        : linked(verdictFacts(verification, summary, incidents, record.end), results),
    benefit: await readBenefit(folder, outcomes),
    outages: outagesOf(service, outcomes, originMs),
    levelling,
    observed,
    latency: own.length === 0 ? null : latencyData(own, overlay.latency),
    outcomes: outcomes === null || outcomes.statistics.samples === 0 ? null : outcomes.data,
    hops: verification === null ? null : hopsFact(verification),
    gaps: gapsFact(verification, summary),
    comparisons: [...overlay.tables, ...(scaling === null ? [] : [tableOf(scaling)])],
    summary: summary === null ? null : summaryData(summary),
    results,
  };
}

/** Sets the key of a message to null if no result has this key. The page makes a link to the result from each key. */
function linked(verdict: VerdictFacts, { items }: ResultsData): VerdictFacts {
  const keys = new Set(items.map(({ key }) => key));
  const offenders = verdict.offenders.map((kind) => ({
    ...kind,
    messages: kind.messages.map((each) => (keys.has(each.key) ? each : { ...each, key: null })),
  }));
  return { ...verdict, offenders };
}

const NONE = { shown: 0, total: 0 };
const NO_RESULTS: ResultsData = {
  absent: 'No request has been sent yet.',
  failures: NONE,
  successes: NONE,
  untraced: 0,
  bodyLength: 0,
  items: [],
};

export function reportBeforeStart(id: string): ReportData {
  return {
    schema: 'qbl.report/1',
    writtenAt: new Date().toISOString(),
    run: { id, startedAt: '', facts: [], plan: [], service: [] },
    keyFigures: [],
    verdict: runningFacts('waiting', null),
    benefit: null,
    outages: [],
    levelling: null,
    observed: null,
    latency: null,
    outcomes: null,
    hops: null,
    gaps: null,
    comparisons: [],
    summary: null,
    results: NO_RESULTS,
  };
}

function latencyData(own: readonly LatencySeries[], others: readonly LatencySeries[]): LatencyData {
  const series = [...own, ...others].slice(0, MAX_CURVES);
  return { series, leftOut: own.length + others.length - series.length };
}

/** Returns the outages of the service. Their times count from the first message. */
function outagesOf(
  service: ServiceRecord | null,
  outcomes: OutcomeCurves | null,
  startMs: number,
): SpanData[] {
  const firstMs = (outcomes?.statistics.firstStartMs ?? startMs) - startMs;
  return (service?.options.outages ?? []).slice(0, MAX_OUTAGES).map(({ fromMs, toMs }) => ({
    fromSeconds: (firstMs + fromMs) / 1000,
    toSeconds: (firstMs + toMs) / 1000,
  }));
}

/** JMeter's Summary Report, in JMeter's formats. */
function summaryData({ rows }: SummaryRecord): SummaryData {
  const labels = rows.slice(0, -1);
  const shown = [...labels.slice(0, MAX_SUMMARY_ROWS), ...rows.slice(-1)];
  return {
    columns: SUMMARY_COLUMNS,
    rows: shown.map((row) => formatSummaryRow({ ...row, label: printable(row.label, MAX_TEXT_LENGTH) })),
    leftOut: rows.length - shown.length,
  };
}
