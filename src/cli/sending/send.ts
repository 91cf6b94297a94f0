import { type ExitCode, QblError } from '../../error.ts';
import type { Plan } from '../../plan/plan.ts';
import type { StopDoor } from '../../process/stop-door.ts';
import type { GapsRecord } from '../../runs/documents/gaps-json.ts';
import type { Experiment, RunRecord } from '../../runs/documents/run-json.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import { makeRunFolder, newRunId, type RunFolder, runFiles, runFolder } from '../../runs/run-folder.ts';
import { pathFrom } from '../../runs/typed-name.ts';
import type { AckTimes } from '../../samples/gaps/ack-times.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import type { SummaryReport } from '../../samples/summary/summary-report.ts';
import { type Context, qblVersion } from '../context.ts';
import { reportError } from '../errors.ts';
import { exitCodeOfFindings } from '../exit-code.ts';
import type { SendOptions } from '../options/send-options.ts';
import { headerOptions } from '../options/shared/plan-options.ts';
import { missedRate } from '../options/shared/rate-tolerance.ts';
import { secretHeaderNames } from '../options/values/header-parser.ts';
import { type StopSignals, stopSignals } from '../stop-signals.ts';
import type { SentRequests } from './kept-rate.ts';
import { sendHint } from './send-hint.ts';

/** This file has everything that `blast` and `jmeter` have in common: files, output and exit code. */

/** The result of a sender. */
export interface Sent extends SentRequests {
  readonly ending: Ending;
  /** Start of the run, in epoch milliseconds. */
  readonly startedMs: number;
  readonly report: SummaryReport;
  readonly ackTimes: AckTimes;
  readonly latency: Histogram;
  /** Latency from the scheduled start of each request. Null if the plan has no rate. */
  readonly intendedLatency: Histogram | null;
}

/** How a sender ended. `reason` is written to run.json. `why` is an error after which samples can be missing. */
type Ending =
  | { readonly kind: 'in-order'; readonly reason: string }
  | { readonly kind: 'broken-off'; readonly why: string };

export interface BegunRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly signals: StopSignals;
}

/** Sends the plan and writes the run's samples. */
export type Send = (begun: BegunRun) => Promise<Sent>;

/** Headers whose values are hidden in every file, in addition to well-known ones such as Authorization. */
export function redactedHeaders(options: SendOptions, { env }: Context): string[] {
  return [...(options.redact ?? []), ...secretHeaderNames(headerOptions(options), env)];
}

export interface SentRun {
  readonly folder: RunFolder;
  readonly sent: Sent;
  readonly exitCode: ExitCode;
}

/**
 * Sends a run: creates its folder, sends the plan, and writes the results.
 * @throws QblError 'environment' if the sender failed; the results are written even then
 */
export async function sendRun(
  sender: string,
  plan: Plan,
  options: SendOptions,
  context: Context,
  send: Send,
): Promise<SentRun> {
  const [runs, { abandonUnsent }, { takeRunFolder }] = await Promise.all([
    import('../../runs/documents/run-json.ts'),
    import('../../runs/abandon.ts'),
    import('../../runs/take-folder.ts'),
  ]);
  const queue = await notedQueue(options.queue);
  const folder = runFolder(options.runs, options.run ?? newRunId(new Date()));
  // The parent of a child has already taken the folder, and may have recorded incidents in it.
  const made = await (context.parent === null ? takeRunFolder : makeRunFolder)(folder);
  const record = await runs.beginRun(folder, {
    sender,
    experiment: experimentOf(options),
    plan,
    queue,
    qblVersion: qblVersion(),
    redact: redactedHeaders(options, context),
    allowErrors: options.allowErrors === true,
  });
  const signals = stopSignals(context);
  let door: StopDoor | null = null;
  try {
    // A child of `qbl run` needs no socket for `qbl stop`, because its parent stops it.
    if (plan.untilStopped && context.parent === null) door = await openDoor(folder, signals);
    const sent = await send({ folder, record, signals });
    return { folder, sent, exitCode: await finish(folder, record, sent, options, context, signals) };
  } catch (error) {
    // Removes the folder of the run, but only if the run has no rows.
    await abandonUnsent(folder, made);
    throw error;
  } finally {
    await door?.close();
  }
}

async function openDoor({ path }: RunFolder, { request }: StopSignals): Promise<StopDoor> {
  const { openStopDoor } = await import('../../process/stop-door.ts');
  return openStopDoor(path, request);
}

/** Writes the results of a sender into the folder of the run, and shows them. */
async function finish(
  folder: RunFolder,
  record: RunRecord,
  sent: Sent,
  options: SendOptions,
  context: Context,
  signals: StopSignals,
): Promise<ExitCode> {
  const { ending, statistics } = sent;
  const [{ endRun }, { endedByFailures }] = await Promise.all([
    import('../../runs/documents/run-json.ts'),
    import('../../report/verdict/ended-by-failures.ts'),
  ]);
  const summary = await writeResults(folder, sent, record.plan, options.rateTolerance);
  // Writes the end of the run into run.json last. A verification that waits for this end then compares the samples with
  // summary.json.
  const end = ending.kind === 'in-order' ? { ...ending, samples: statistics.samples } : null;
  if (end !== null) await endRun(folder, record, end.reason, end.samples);
  await show(options, context, folder, summary);
  const endedEarly = endedByFailures(end);
  if (endedEarly !== null) context.err.line(`${context.err.style.bold('note:')} ${endedEarly}`);
  const missed = wasInterrupted(ending, signals) ? null : missedRate(summary);
  if (missed !== null) reportError(missed, context.err);
  return exitCodeOf(sent, missed !== null || endedEarly !== null, options, signals);
}

function experimentOf({ experiment: id, direct }: SendOptions): Experiment | undefined {
  return id === undefined ? undefined : { id, direct: direct === true };
}

function exitCodeOf(
  { ending, statistics }: Sent,
  inconclusive: boolean,
  options: SendOptions,
  signals: StopSignals,
): ExitCode {
  const interrupted = wasInterrupted(ending, signals);
  if (ending.kind === 'broken-off' && !interrupted) throw new QblError('environment', ending.why);
  const failedRequests = statistics.unacked > 0 && options.allowErrors !== true;
  return exitCodeOfFindings({ interrupted, failedRequests, inconclusive });
}

function wasInterrupted(ending: Ending, { stop }: StopSignals): boolean {
  if (ending.kind === 'broken-off') return stop.aborted;
  return ending.reason === 'stopped' || ending.reason === 'interrupted';
}

/** Returns the URL of the queue for run.json, without secrets. */
async function notedQueue(url: string | undefined): Promise<string | null> {
  if (url === undefined) return null;
  const { formatQueueUrl, parseQueueUrl } = await import('../../queue/url/url.ts');
  return formatQueueUrl(parseQueueUrl(url));
}

async function writeResults(
  folder: RunFolder,
  sent: Sent,
  plan: Plan,
  rateTolerance: number,
): Promise<SummaryRecord> {
  const [{ keptRate }, { summariseHistogram }, { writeHlog }, { writeSummary }] = await Promise.all([
    import('./kept-rate.ts'),
    import('../../samples/latency/histogram.ts'),
    import('../../samples/latency/hlog.ts'),
    import('../../runs/documents/summary-json.ts'),
  ]);
  const { statistics, report, latency, intendedLatency, startedMs: startMs, endedMs: endMs, ending } = sent;
  const reason = ending.kind === 'in-order' ? ending.reason : null;
  const entries = [{ tag: 'latency', startMs, endMs, histogram: latency }];
  if (intendedLatency !== null) {
    entries.push({ tag: 'intended', startMs, endMs, histogram: intendedLatency });
  }
  await writeHlog(runFiles(folder).latency, entries);
  const summary: SummaryRecord = {
    schema: 'qbl.summary/1',
    run: folder.id,
    rows: [...report.rows(), report.total()],
    statistics: statistics.summary(),
    latencyMs: summariseHistogram(latency),
    intendedLatencyMs: intendedLatency === null ? null : summariseHistogram(intendedLatency),
    rate: keptRate({ ...sent, reason }, plan, rateTolerance),
    gaps: await gapsOf(folder, sent),
  };
  await writeSummary(folder, summary);
  return summary;
}

async function gapsOf(folder: RunFolder, { ackTimes }: Sent): Promise<GapsRecord | null> {
  const long = ackTimes.longest();
  if (long === null) return null;
  const [{ readGaps }, { gapsRecordOf }] = await Promise.all([
    import('../../samples/gaps/read-gaps.ts'),
    import('../../runs/documents/gaps-json.ts'),
  ]);
  return gapsRecordOf(long, await readGaps(runFiles(folder).samples, long), false);
}

async function show(
  options: SendOptions,
  { out, err, directory }: Context,
  folder: RunFolder,
  summary: SummaryRecord,
): Promise<void> {
  const { blastText } = await import('../../report/text/blast-text.ts');
  const path = pathFrom(directory, folder);
  if (options.json) out.json({ ...summary, folder: path });
  else out.line(`${blastText(summary, out.target.columns, out.style)}\n\nRun: ${path}`);
  const hint = sendHint(summary.statistics);
  if (hint !== null) err.line(`${err.style.bold('hint:')} ${hint}`);
}
