import { Command, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import type { RateProfile } from '../../size/arrivals/arrivals.ts';
import { parseRateProfile } from '../../size/arrivals/rate-profile.ts';
import { MAX_MODELLED_INSTANCES } from '../../size/least.ts';
import { DEFAULT_SEED } from '../../size/model/lindley.ts';
import type { WaitBound } from '../../size/model/model.ts';
import type { Service } from '../../size/service/service.ts';
import type { Question, Sizing } from '../../size/sizing.ts';
import type { Context } from '../context.ts';
import { type CapacityOptions, capacityOf } from '../options/shared/capacity-options.ts';
import { examples } from '../options/shared/examples.ts';
import { jsonOption, runsOption } from '../options/shared/options.ts';
import { addPlanOptions, LOAD_OPTIONS, type RawPlanOptions } from '../options/shared/plan-options.ts';
import { addModelledServiceOptions } from '../options/shared/service-options.ts';
import { mustNotBeGiven } from '../options/values/given.ts';
import { exactDurationMs, explained, wholeNumber } from '../options/values/parsers.ts';
import { type ArrivalsKnown, type ArrivalsOptions, arrivalsOf } from '../sending/size-arrivals.ts';
import type { Choose } from '../work.ts';

type SizeCommandOptions = RawPlanOptions &
  ArrivalsOptions &
  Omit<CapacityOptions, 'rate' | 'fail'> & {
    readonly serviceRate?: number;
    readonly maxWait?: number;
    readonly percentile: string;
    readonly poisson?: true;
    readonly seed: number;
    readonly json?: true;
  };

const PERCENTILES: Readonly<Record<string, number>> = { max: 100, p50: 50, p90: 90, p99: 99, 'p99.9': 99.9 };

export function sizeCommand(choose: Choose): Command {
  const command = new Command('size')
    .description(
      'Predicts the backlog, the waiting times and the drain time of a queue, from the arrivals and the capacity of the service. With --max-wait, computes the rate and the number of instances that the service needs.',
    )
    .argument(
      '[run]',
      'ID or folder of the run whose acknowledged requests are the arrivals (default: the newest run)',
    );
  addModelledServiceOptions(command, MAX_MODELLED_INSTANCES);
  addBoundOptions(command);
  addArrivalOptions(command);
  return addPlanOptions(command, LOAD_OPTIONS)
    .addOption(runsOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'qbl size --service-rate 100',
        'qbl size --arrivals "0s..10s: 500/s, 10s..60s: 20/s" --service-rate 100',
        'qbl size --plan plans/stress.yaml --max-wait 2s --service-rate 50',
      ),
    )
    .action((run: string | undefined, options: SizeCommandOptions) =>
      choose((context) => {
        checkOptions(options, command);
        return size(run, options, context);
      }),
    );
}

function addBoundOptions(command: Command): void {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('Service:');
  command
    .addOption(
      option(
        '--max-wait <time>',
        'maximum time until a message is processed; qbl computes the capacity that is needed',
      ).argParser(exactDurationMs),
    )
    .addOption(
      option(
        '--percentile <percentile>',
        'percentile of the messages that must meet --max-wait; max: every message',
      )
        .choices(Object.keys(PERCENTILES))
        .default('max'),
    );
}

function addArrivalOptions(command: Command): void {
  const option = (flags: string, description: string) =>
    new Option(flags, description).helpGroup('Arrivals:');
  command
    .addOption(
      option(
        '--arrivals <profile>',
        'arrival rates "0s..10s: 500/s, 10s..60s: 20/s", or bursts "5s: 1000"',
      ).argParser<RateProfile>(explained(parseRateProfile)),
    )
    .addOption(
      option('--response-time <time>', 'response time of the endpoint, if the plan has no rate').argParser(
        exactDurationMs,
      ),
    )
    .addOption(option('--poisson', 'random arrival times instead of equal intervals'))
    .addOption(
      option('--seed <n>', 'random seed')
        .default(DEFAULT_SEED)
        .argParser(wholeNumber(0, 2 ** 31 - 1)),
    );
}

async function size(
  run: string | undefined,
  options: SizeCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const question = questionOf(options);
  const known = await arrivalsOf(run, options, context);
  const { sizings } = await import('../../size/sizing.ts');
  const spread = options.poisson ? 'poisson' : 'even';
  await show(sizings(known.arrivals, spread, options.seed, question), known, question, options, context);
  return EXIT_CODES.held;
}

/**
 * Checks combinations of options.
 * @throws QblError 'usage' for an option that needs another option
 */
function checkOptions({ serviceRate, work, maxWait, poisson }: SizeCommandOptions, command: Command): void {
  if (work === undefined) {
    mustNotBeGiven(command, ['--concurrency'], 'needs --work: the time to process one message');
  }
  if (maxWait === undefined)
    mustNotBeGiven(command, ['--percentile'], 'needs --max-wait: the limit for the percentile');
  else
    mustNotBeGiven(
      command,
      ['--instances'],
      'cannot be combined with --max-wait, which computes the number of instances',
    );
  if (serviceRate === undefined && work === undefined && maxWait === undefined) {
    throw new QblError('usage', 'no service capacity given: add --service-rate or --work', {
      hint: 'Or add --max-wait 2s to compute the rate that is needed.',
    });
  }
  const isRandom = poisson === true || (work !== undefined && work.kind !== 'constant');
  if (!isRandom)
    mustNotBeGiven(
      command,
      ['--seed'],
      'needs random arrivals (--poisson) or random work times (--work with a distribution)',
    );
}

function questionOf(options: SizeCommandOptions): Question {
  const { serviceRate, work, outage: outages = [] } = options;
  const service = serviceRate === undefined && work === undefined ? null : serviceOf(options);
  return { service, bound: boundOf(options), outages };
}

/** Returns the service for the model. In the model no attempt fails, so one attempt is enough. */
function serviceOf(options: SizeCommandOptions): Service {
  // The option --rate is the rate of the plan. The option --service-rate is the rate of the service.
  return { ...capacityOf({ ...options, rate: options.serviceRate }), maxAttempts: 1 };
}

function boundOf({ maxWait, percentile }: SizeCommandOptions): WaitBound | null {
  return maxWait === undefined ? null : { maxWaitMs: maxWait, percentile: PERCENTILES[percentile] ?? 100 };
}

async function show(
  sizings: readonly Sizing[],
  { arrivals, source, assumes }: ArrivalsKnown,
  { bound, service }: Question,
  options: SizeCommandOptions,
  { out }: Context,
): Promise<void> {
  if (options.json) {
    return out.json({ schema: 'qbl.size/1', arrivals: { source, assumes }, bound, sizings });
  }
  const { instancesText, sizeText } = await import('../../report/text/size-text.ts');
  out.line(`Arrivals: ${source}`);
  const services = new Set(sizings.map((sizing) => instancesText(sizing.service)));
  const isAsked = service === null;
  out.line(
    `Service:  ${isAsked ? 'one instance with the lowest sufficient rate' : [...services].join('\n          ')}\n`,
  );
  const share = options.percentile === 'max' ? 'all' : options.percentile;
  out.line(
    sizeText(sizings, `${share} processed within ${(bound?.maxWaitMs ?? 0) / 1000} s`, out.target.columns),
  );
  out.line(`\nAssumed: ${assumes}; the service takes messages in the order of arrival.`);
  if (sizings.some(({ model }) => model === 'fluid')) out.line(FLUID_LIMIT);
  else if (arrivals.kind === 'profile') out.line(NO_FLUID);
  if (sizings.some(({ model }) => model === 'lindley')) out.line(LINDLEY_LIMIT);
}

const FLUID_LIMIT = 'The fluid model uses only mean rates. It ignores random variation.';
const NO_FLUID =
  'The fluid model has no answer: with only mean rates and the mean time of work, no capacity keeps --max-wait.';
const LINDLEY_LIMIT = "Lindley's recursion follows each message. It is exact, but only for these arrivals.";
