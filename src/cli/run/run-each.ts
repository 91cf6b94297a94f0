import { resolve } from 'node:path';
import type { QblError } from '../../error.ts';
import type { Hops } from '../../plan/hops.ts';
import { plural } from '../../plural.ts';
import type { StopDoor } from '../../process/stop-door.ts';
import type { LivePage } from '../../report/live/live-page.ts';
import { endedByFailures } from '../../report/verdict/ended-by-failures.ts';
import type { RunService } from '../../run/service.ts';
import type { CompareRecord } from '../../runs/documents/compare-json.ts';
import { mustBeNew, readRun } from '../../runs/documents/run-json.ts';
import { directRun, type RunFolder, siblingRun } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import type { RawPlanOptions } from '../options/shared/plan-options.ts';
import { missedRate } from '../options/shared/rate-tolerance.ts';
import type { TlsOptions } from '../options/shared/tls-options.ts';
import type { RuleOptions } from '../options/verify-options.ts';
import { type StopSignals, stopSignals } from '../stop-signals.ts';
import { childArguments, childEnv } from './run-children.ts';
import { type RunReportOptions, writeReports } from './run-reports.ts';
import { type EndedRun, noVerdict, recordOf, show, showTable } from './run-results.ts';
import { observedOf, type ServiceRunOptions } from './run-service.ts';

export type RunCommandOptions = RawPlanOptions &
  ServiceRunOptions &
  RunReportOptions &
  RuleOptions &
  TlsOptions & {
    readonly run?: string;
    readonly runs: string;
    readonly queue?: string;
    readonly queueConfig?: string;
    readonly passHeader?: readonly string[];
    /** The hops of the plan (queues to which the service writes). Absent if the plan has no hops. */
    readonly hops?: Hops;
    readonly url?: string;
    /** Present if the plan itself names the endpoint, because JMeter runs it unchanged. */
    readonly endpointInPlan?: true;
    readonly with: 'blast' | 'jmeter';
    readonly trace: number;
    readonly untilStopped?: true;
    /** True if the plan sends until it is stopped, so that `qbl stop` must reach the run. */
    readonly endless?: true;
    readonly redact?: readonly string[];
    readonly rateTolerance: number;
    readonly allowErrors?: true;
    readonly keep?: true;
    /** Port of the live report. 0 means any free port. */
    readonly live?: number;
    readonly json?: true;
  };

/**
 * Checks that no run of this command has the ID of an earlier run. Otherwise qbl would notice a used ID of the second
 * run only after the whole first run.
 * @throws QblError 'usage' if an ID is used already
 */
export function checkIdsAreNew(services: readonly (RunService | null)[], first: RunFolder): void {
  for (const service of services) {
    const folder = folderOf(service, services, first);
    mustBeNew(folder);
    if (service !== null && service.direct !== null) mustBeNew(directRun(folder));
  }
}

function folderOf(
  service: RunService | null,
  services: readonly (RunService | null)[],
  first: RunFolder,
): RunFolder {
  return services.length === 1 ? first : siblingRun(first, `x${service?.capacity.instances}`);
}

/** Runs once, or once for each number of instances. */
export async function runEach(
  options: RunCommandOptions,
  services: readonly (RunService | null)[],
  first: RunFolder,
  context: Context,
): Promise<EndedRun[]> {
  const signals = stopSignals(context);
  const door: { opened: StopDoor | null } = { opened: null };
  const onFolder = async () => {
    if (!options.endless) return;
    const { openStopDoor } = await import('../../process/stop-door.ts');
    door.opened = await openStopDoor(first.path, signals.request);
  };
  try {
    return await runOneByOne(options, services, first, signals, onFolder, context);
  } finally {
    await door.opened?.close();
  }
}

async function runOneByOne(
  options: RunCommandOptions,
  services: readonly (RunService | null)[],
  first: RunFolder,
  signals: StopSignals,
  onFolder: () => Promise<void>,
  context: Context,
): Promise<EndedRun[]> {
  const ended: EndedRun[] = [];
  for (const service of services) {
    const isOne = services.length === 1;
    const folder = folderOf(service, services, first);
    const run = await runOnce(options, service, folder, first.id, signals, onFolder, context);
    const isLast = ended.length + 1 === services.length || signals.stop.aborted || failureOf(run) !== null;
    const scaling = isLast ? await scalingOfAll([...ended, run], folder) : null;
    if (!options.json && scaling !== null) await showTable(scaling, context);
    ended.push({ ...run, report: await writeReports(options, context, folder, run.failure) });
    if (!isLast) continue;
    if (options.json) context.out.json(await recordOf(ended, isOne, scaling, context));
    break;
  }
  return ended;
}

/** Returns the error that makes the run useless for a comparison. Null if the run has no such error. */
function failureOf({ failure, missedRate }: Pick<EndedRun, 'failure' | 'missedRate'>): QblError | null {
  return failure ?? missedRate;
}

/** Compares the runs. Returns null for fewer than two runs. */
async function scalingOfAll(
  ended: readonly Omit<EndedRun, 'report'>[],
  last: RunFolder,
): Promise<CompareRecord | null> {
  const scaled = ended.flatMap(({ instances, comparison }) =>
    comparison === null ? [] : [{ instances, comparison }],
  );
  if (scaled.length < 2) return null;
  const [{ scalingOf }, { writeScaling }] = await Promise.all([
    import('../../comparison/scaling.ts'),
    import('../../runs/documents/compare-json.ts'),
  ]);
  const scaling = scalingOf(scaled);
  await writeScaling(last, scaling);
  return scaling;
}

async function runOnce(
  options: RunCommandOptions,
  service: RunService | null,
  folder: RunFolder,
  experiment: string,
  { stop, interrupt }: StopSignals,
  onFolder: () => Promise<void>,
  context: Context,
): Promise<Omit<EndedRun, 'report'>> {
  const [{ run }, { readVerification }, { readSummary }, { progressView }, { serviceLine }] =
    await Promise.all([
      import('../../run/run.ts'),
      import('../../runs/documents/verify-json.ts'),
      import('../../runs/documents/summary-json.ts'),
      import('../../report/progress/progress.ts'),
      import('../../report/text/service-text.ts'),
    ]);
  const { directory, err } = context;
  const view = progressView(err.stream, err.target, 'sending');
  let shownAtMs = 0;
  const live = await openLive(options, folder);
  if (live !== null) view.note(`live    ${live.url}`);
  try {
    const { verifyExit, comparison, failure } = await run({
      folder,
      experiment,
      runsDirectory: resolve(directory, options.runs),
      queue: options.queue ?? null,
      url: options.url ?? null,
      endpointInPlan: options.endpointInPlan === true,
      sender: options.with,
      partArguments: childArguments(options),
      deadlineMs: options.deadline,
      service,
      observed: observedOf(options),
      allowErrors: options.allowErrors === true,
      keep: options.keep === true,
      directory,
      env: childEnv(options, context),
      stop,
      interrupt,
      onFolder,
      onProgress: (progress) => view.update(progress),
      onServiceProgress: (progress) => {
        const isIdle = progress.processed === 0 && (progress.backlog ?? 0) === 0;
        if (isIdle || performance.now() - shownAtMs < SERVICE_LINE_EVERY_MS) return;
        shownAtMs = performance.now();
        view.note(err.style.dim(serviceLine(progress)));
      },
      // The progress of the verification is shown only after the sender has ended. Until then, the bar shows
      // the sender.
      onVerifyProgress: (progress) => {
        if (progress.phase !== 'waiting' || progress.waitsFor !== 'sender') view.verifying(progress);
      },
      onNote: (line) => view.note(err.style.dim(line)),
    });
    view.end();
    const verification = await readVerification(folder);
    if (!options.json) await show(verification, comparison, folder, context);
    const isCutShort = stop.aborted && !hasPlannedStop(folder);
    if (isCutShort) showStop(folder, context);
    const endedEarly = endedByFailures(readRun(folder)?.end ?? null);
    if (endedEarly !== null) err.line(`${err.style.bold('note:')} ${endedEarly}`);
    if (verification === null) throw noVerdict(folder, verifyExit, context);
    const summary = await readSummary(folder);
    const missed = summary === null || isCutShort ? null : missedRate(summary);
    const { verdict, sent, acked } = verification;
    const findings = {
      offence: verdict === 'fail',
      brokenOff: failure !== null,
      interrupted: isCutShort,
      failedRequests: acked < sent && options.allowErrors !== true,
      inconclusive: verdict === 'unknown' || missed !== null || endedEarly !== null,
    };
    const instances = service?.capacity.instances ?? 1;
    return { folder, instances, findings, verification, comparison, failure, missedRate: missed };
  } finally {
    view.end();
    await live?.close();
  }
}

/** Whether the plan sends until it is stopped, and the run was stopped. Such a run did not end early. */
function hasPlannedStop(folder: RunFolder): boolean {
  const record = readRun(folder);
  return record?.plan.untilStopped === true && record.end?.reason === 'completed';
}

/** Prints a note about an early stop. The verdict does not cover requests that were not sent. */
function showStop(folder: RunFolder, { err }: Context): void {
  const end = readRun(folder)?.end;
  if (end == null || (end.reason !== 'stopped' && end.reason !== 'interrupted')) return;
  err.line(`${err.style.bold('note:')} the run was stopped early, after ${plural(end.samples, 'request')}`);
}

async function openLive({ live }: RunCommandOptions, folder: RunFolder): Promise<LivePage | null> {
  if (live === undefined) return null;
  const { openLivePage } = await import('../../report/live/live-page.ts');
  return openLivePage(folder, live);
}

/** Time between two progress lines of the service. */
const SERVICE_LINE_EVERY_MS = 2_000;
