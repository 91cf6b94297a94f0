import { Command, Option } from 'commander';
import { type ExitCode, QblError } from '../../error.ts';
import { hopsOf } from '../../plan/hops.ts';
import { tokenHeaders } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { parseQueueUrl } from '../../queue/url/url.ts';
import { newRunId, runFolder } from '../../runs/run-folder.ts';
import type { Context } from '../context.ts';
import { exitCodeOfFindings, type Findings } from '../exit-code.ts';
import { withPlanFile } from '../options/plan-from-stdin.ts';
import { examples } from '../options/shared/examples.ts';
import { checkHopQueues } from '../options/shared/hop-options.ts';
import { checkObserved } from '../options/shared/observed-target.ts';
import {
  allowErrorsOption,
  jsonOption,
  passHeaderOption,
  queueConfigOption,
  queueOption,
  redactOption,
  runOption,
  runsOption,
  traceOption,
} from '../options/shared/options.ts';
import { needsQueue } from '../options/shared/own-queue.ts';
import { addPlanOptions } from '../options/shared/plan-options.ts';
import { rateToleranceOption } from '../options/shared/rate-tolerance.ts';
import { addRunServiceOptions } from '../options/shared/service-options.ts';
import { addTlsOptions, TLS_FLAGS } from '../options/shared/tls-options.ts';
import { UNTIL_STOPPED, untilStoppedOption } from '../options/shared/until-stopped.ts';
import { mustNotBeGiven } from '../options/values/given.ts';
import { port, wholeNumber } from '../options/values/parsers.ts';
import { addRuleOptions } from '../options/verify-options.ts';
import { addCiOptions, openCiFiles } from '../output/ci-files.ts';
import { checkForeign, checkOneRun, loadedPlan } from '../run/plan-of-run.ts';
import { checkIdsAreNew, type RunCommandOptions, runEach } from '../run/run-each.ts';
import { checkReportOptions, prune, writeBrokenOff } from '../run/run-reports.ts';
import { checkSameArrivals, servicesOf } from '../run/run-service.ts';
import { findJMeterFor } from '../sending/find-jmeter.ts';
import type { Choose } from '../work.ts';

export function runCommand(choose: Choose): Command {
  const command = new Command('run')
    .description(
      'Runs a whole experiment: starts a broker and the proxy on free ports, starts reading the queue, sends the plan, and checks that every message arrived. Use --queue for a queue that already runs, and --url for an endpoint that already runs.',
    )
    .addOption(queueOption('existing queue to use, instead of starting a broker'))
    .addOption(queueConfigOption())
    .addOption(passHeaderOption())
    .addOption(new Option('--with <sender>', 'load generator').choices(['blast', 'jmeter']).default('blast'))
    .addOption(new Option('--keep', 'leave the broker and the proxy running'))
    .addOption(runOption('ID of the new run (default: generated)').helpGroup('Run:'))
    .addOption(runsOption().helpGroup('Run:'))
    .addOption(untilStoppedOption())
    .addOption(traceOption())
    .addOption(allowErrorsOption())
    .addOption(redactOption())
    .addOption(
      new Option('--keep-runs <n>', 'remove the oldest finished runs until this number of runs is left')
        .argParser(wholeNumber(1, 1_000_000))
        .helpGroup('Run:'),
    )
    .addOption(
      new Option('--live [port]', 'serve the live report on this port of localhost; 0: any free port')
        .argParser(port)
        .preset('0')
        .helpGroup('Run:'),
    )
    .addOption(jsonOption())
    .addOption(new Option('--fail-if <condition>').argParser(belongsToReport).hideHelp());
  return addCiOptions(addRuleOptions(addRunServiceOptions(addTlsOptions(addPlanOptions(command)))))
    .addOption(rateToleranceOption())
    .addHelpText(
      'after',
      examples(
        'qbl run',
        'qbl run --threads 50 --duration 10s --rate 2000',
        'qbl run --queue kafka://localhost/orders --url http://localhost:8080/orders',
        'qbl run --queue kafka://localhost/orders --service-group order-service',
        'qbl run --queue amqp://localhost/orders --observe-service',
        'qbl run --rate 100 --until-stopped --allow-errors',
        'qbl run --service-rate 40 --compare direct --threads 200 --rate 100',
      ),
    )
    .action((options: RunCommandOptions) =>
      choose((context) => withPlanFile(options, (named) => runAll(named, command, context))),
    );
}

/**
 * Checks combinations of options.
 * @throws QblError 'usage' for an option that needs another option
 */
function checkOptions(options: RunCommandOptions, command: Command): void {
  const { queue, url, with: sender } = options;
  checkObserved(options, queue);
  if (queue !== undefined) parseQueueUrl(queue);
  else if (url !== undefined) throw noQueue();
  else
    mustNotBeGiven(
      command,
      ['--queue-config'],
      'needs --queue: this option configures the connection to that queue',
    );
  if (url !== undefined)
    mustNotBeGiven(
      command,
      ['--pass-header'],
      'works only without --url: this option is for the proxy of qbl run',
    );
  if (sender === 'jmeter') {
    mustNotBeGiven(
      command,
      [UNTIL_STOPPED],
      'works only with --with blast: qbl cannot end JMeter as planned',
    );
    mustNotBeGiven(command, ['--trace'], 'works only with --with blast: JMeter cannot keep full requests');
    mustNotBeGiven(command, TLS_FLAGS, 'works only with --with blast: JMeter accepts every certificate');
  }
}

/**
 * Checks the hops of the plan.
 * @throws QblError 'usage' if they cannot be read during the run
 */
function checkHops({ queue }: RunCommandOptions, { hops }: Plan): void {
  if (hops === undefined) return;
  if (queue === undefined) throw needsQueue('hops need');
  checkHopQueues(hops, queue);
}

/** Runs the whole command. Reports wrong options before anything is started. */
async function runAll(options: RunCommandOptions, command: Command, context: Context): Promise<ExitCode> {
  checkOptions(options, command);
  const services = servicesOf(options, command);
  if (services.length > 1 || options.compare !== undefined) {
    mustNotBeGiven(
      command,
      [UNTIL_STOPPED],
      'allows only one run: leave out --compare and further --instances',
    );
  }
  const loaded = await loadedPlan(options, context);
  const { plan, endpoint, foreign } = loaded;
  if (foreign !== null) checkForeign(options, foreign.file);
  if (endpoint !== null && options.url === undefined) throw noUrl(endpoint);
  if (plan.untilStopped) checkOneRun(options, services.length);
  checkSameArrivals(options, plan);
  checkHops(options, plan);
  if (options.with === 'jmeter') await findJMeterFor(loaded, undefined, context);
  checkReportOptions(options, services.length);
  const first = runFolder(options.runs, options.run ?? newRunId(new Date()));
  checkIdsAreNew(services, first);
  await openCiFiles(options, first, plan.name);
  const completed = {
    ...withHops(withTokenHeaders({ ...options, ...endlessOf(plan) }, plan), plan),
    ...(foreign === null ? {} : { endpointInPlan: true as const }),
  };
  const runs = await runEach(completed, services, first, context).catch(async (error) => {
    await writeBrokenOff(options, context, first, plan.name, error);
    throw error;
  });
  await prune(options, context, first.id);
  const exitCode = exitCodeOfFindings(anyOf(runs.map(({ findings }) => findings)));
  const last = runs.at(-1);
  const failures = [last?.failure, last?.missedRate].filter((failure) => failure != null);
  const cause = failures.find((failure) => failure.exitCode === exitCode);
  for (const { message } of failures.filter((failure) => failure !== cause)) {
    context.err.line(`${context.err.style.bold('note:')} ${message}`);
  }
  if (cause !== undefined) throw cause;
  return exitCode;
}

function endlessOf({ untilStopped }: Plan): Pick<RunCommandOptions, 'endless'> {
  return untilStopped ? { endless: true } : {};
}

/** Makes the proxy also pass on the headers in which the plan sends tokens. */
function withTokenHeaders(options: RunCommandOptions, plan: Plan): RunCommandOptions {
  const given = options.passHeader ?? [];
  const missing = tokenHeaders(plan).filter(
    (name) => !given.some((each) => each.toLowerCase() === name.toLowerCase()),
  );
  if (missing.length === 0 || options.url !== undefined) return options;
  return { ...options, passHeader: [...given, ...missing] };
}

/**
 * Adds the hops of the plan (queues to which the service writes). The live reader needs the hops before the sender
 * writes run.json.
 */
function withHops(options: RunCommandOptions, plan: Plan): RunCommandOptions {
  const hops = hopsOf(plan);
  return hops === null ? options : { ...options, hops };
}

/** Combines the findings of all runs. A finding is true if it is true for any run. */
function anyOf(runs: readonly Findings[]): Findings {
  const names = new Set(runs.flatMap((run) => Object.keys(run) as (keyof Findings)[]));
  return Object.fromEntries([...names].map((name) => [name, runs.some((run) => run[name] === true)]));
}

/**
 * Throws an error that explains --fail-if. Without this error, Commander would suggest the option --fail, which does
 * something else.
 */
function belongsToReport(condition: string): never {
  throw new QblError('usage', '--fail-if is an option of qbl report, which judges finished runs', {
    hint: `After the run: qbl report --fail-if "${condition}"`,
  });
}

function noUrl(endpoint: string): QblError {
  return new QblError('usage', `the endpoint ${endpoint} needs --url: the proxy of qbl run has another API`, {
    hint: 'For example --queue kafka://localhost:9092/orders --url http://localhost:8082/topics/orders.',
  });
}

function noQueue(): QblError {
  return new QblError('usage', '--url needs --queue: the queue that the endpoint puts its messages into', {
    hint: 'For example --queue kafka://localhost:9092/stress-topic. Without both options, qbl run starts its own queue and endpoint.',
  });
}
