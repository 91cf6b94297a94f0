import { Command } from 'commander';
import type { BlastProgress } from '../../blast/blast.ts';
import type { Trust } from '../../blast/connection/trust.ts';
import { blastColumns } from '../../blast/recording/blast-columns.ts';
import type { ExitCode } from '../../error.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Progress } from '../../process/messages.ts';
import type { ProgressView } from '../../report/progress/progress.ts';
import { runFiles } from '../../runs/run-folder.ts';
import type { Summariser } from '../../samples/summary/summariser.ts';
import type { Context } from '../context.ts';
import { addBlastOptions, type BlastCommandOptions } from '../options/blast-options.ts';
import { examples } from '../options/shared/examples.ts';
import { trustOf } from '../options/shared/tls-options.ts';
import { loadedPlanOf, planFor } from '../sending/plan-to-send.ts';
import { type BegunRun, redactedHeaders, type Sent, sendRun } from '../sending/send.ts';
import type { Choose } from '../work.ts';

export function blastCommand(choose: Choose): Command {
  const command = new Command('blast').description(
    'Sends the requests of the plan to its URL. Each thread has its own connection, as in JMeter. Requests are never retried. Redirects are followed only if a .jmx file says so.',
  );
  return addBlastOptions(command)
    .addHelpText(
      'after',
      examples(
        'qbl blast --threads 100 --loops 10',
        'qbl blast --rate 100 --until-stopped',
        'qbl blast --rate 500 --duration 30s --url http://localhost:8080/orders',
      ),
    )
    .action((options: BlastCommandOptions) => choose((context) => blastOnce(options, context)));
}

async function blastOnce(options: BlastCommandOptions, context: Context): Promise<ExitCode> {
  const { plan: loaded, isJmx } = await loadedPlanOf(options, context);
  const plan = planFor(options, loaded);
  const trust = await trustOf(options, isJmx);
  await mustBeSendable(plan);
  const { exitCode } = await sendRun('blast', plan, options, context, (begun) =>
    send(plan, trust, options, begun, context),
  );
  return exitCode;
}

/** Reports a plan that cannot be sent, before a run begins. */
async function mustBeSendable(plan: Plan): Promise<void> {
  const [{ checkSendable }, { requestWriters }] = await Promise.all([
    import('../../blast/blast.ts'),
    import('../../plan/template/request-writers.ts'),
  ]);
  await checkSendable(plan, requestWriters(plan));
}

async function send(
  plan: Plan,
  trust: Trust,
  options: BlastCommandOptions,
  { folder, record, signals }: BegunRun,
  context: Context,
): Promise<Sent> {
  const [
    { blast },
    { requestWriters },
    { openJtl },
    { openTrace },
    { SummaryReport },
    { SendTimes },
    { AckTimes },
    { outcomeOf },
    { Summariser },
    { progressView },
    { scheduleStartMs },
  ] = await Promise.all([
    import('../../blast/blast.ts'),
    import('../../plan/template/request-writers.ts'),
    import('../../samples/jtl/jtl-writer.ts'),
    import('../../runs/rows/trace-writer.ts'),
    import('../../samples/summary/summary-report.ts'),
    import('../../samples/rate-kept.ts'),
    import('../../samples/gaps/ack-times.ts'),
    import('../../samples/outcome.ts'),
    import('../../samples/summary/summariser.ts'),
    import('../../report/progress/progress.ts'),
    import('../../plan/schedule.ts'),
  ]);
  const report = new SummaryReport();
  const summariser = new Summariser();
  const sendTimes = new SendTimes();
  const ackTimes = new AckTimes();
  const writer = await openJtl(runFiles(folder).samples, blastColumns(plan));
  const trace = options.trace === 0 ? null : await openTrace(folder, options.trace);
  const view = progressView(context.err.stream, context.err.target, 'sending');
  context.parent?.tell({ type: 'ready', url: null });
  try {
    const result = await blast({
      plan,
      run: folder.id,
      ...requestWriters(plan, { run: folder.id, startedAtMs: record.startedAtMs }),
      writer,
      trace: trace ?? undefined,
      redact: redactedHeaders(options, context),
      trust,
      signal: signals.stop,
      interruptSignal: signals.interrupt,
      onSample: (sample) => {
        report.add(sample);
        sendTimes.add(sample.timeStampMs);
        ackTimes.add(
          sample.timeStampMs,
          sample.timeStampMs + sample.elapsedMs,
          outcomeOf(sample) === 'acked',
        );
        summariser.add(sample);
      },
      onProgress: (progress) => showProgress(progress, context, view, summariser),
    });
    if (!context.err.target.isTTY) for (const line of summariser.end(result.threads)) context.err.line(line);
    return {
      ...result,
      dueFromMs: result.startedMs + scheduleStartMs(plan),
      stoppedMs: signals.stoppedMs,
      report,
      sendTimes,
      ackTimes,
      ending: { kind: 'in-order', reason: result.end },
      intendedLatency: plan.rate === null ? null : result.intendedLatency,
    };
  } finally {
    view.end();
    await writer.close();
    await trace?.close();
  }
}

function showProgress(
  progress: BlastProgress,
  context: Context,
  view: ProgressView,
  summariser: Summariser,
): void {
  const state = progressOf(progress);
  view.update(state);
  context.parent?.tell({ type: 'progress', progress: state });
  if (context.err.target.isTTY) return;
  for (const line of summariser.due(Date.now(), progress.threads)) context.err.line(line);
}

function progressOf({ elapsedMs, statistics, plannedSamples, plannedMs, p99Ms }: BlastProgress): Progress {
  const done = statistics.samples;
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  const errors = statistics.failed;
  return { done, total: plannedSamples, totalMs: plannedMs, perSecond, errors, p99Ms, elapsedMs };
}
