import { relative } from 'node:path';
import { QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import { newestRun } from '../../runs/newest-run.ts';
import { type RunFolder, runFolder } from '../../runs/run-folder.ts';
import type { Arrivals, RateProfile } from '../../size/arrivals/arrivals.ts';
import type { Context } from '../context.ts';
import { LOAD_OPTIONS, type RawPlanOptions } from '../options/shared/plan-options.ts';
import { planOf } from './plan-to-send.ts';

export type ArrivalsOptions = RawPlanOptions & {
  readonly arrivals?: RateProfile;
  readonly responseTime?: number;
  readonly poisson?: true;
  readonly runs: string;
};

/** Arrivals of messages. Time 0 is the start of the run, the plan or the profile. */
export interface ArrivalsKnown {
  readonly arrivals: Arrivals;
  readonly source: string;
  /** What the models assume about the arrivals, as part of a sentence. */
  readonly assumes: string;
}

/** Takes the arrivals from a profile, a plan or a run. Only one source is allowed. */
export async function arrivalsOf(
  run: string | undefined,
  options: ArrivalsOptions,
  context: Context,
): Promise<ArrivalsKnown> {
  const { arrivals: pieces, responseTime, poisson } = options;
  const byPlan = ['plan', ...LOAD_OPTIONS].some((name) => options[name] !== undefined);
  const sources = [run !== undefined && 'a run', pieces !== undefined && '--arrivals', byPlan && 'a plan'];
  const given = sources.filter((source) => source !== false);
  if (given.length > 1) throw new QblError('usage', `conflicting arrivals: use either ${given.join(' or ')}`);
  if (responseTime !== undefined && !byPlan) throw needs('--response-time', 'a plan');
  if (poisson && !byPlan && pieces === undefined) throw needs('--poisson', 'a plan or --arrivals');
  const assumes = poisson ? 'messages arrive at random moments' : 'messages arrive at equal intervals';
  if (pieces !== undefined)
    return { arrivals: { kind: 'profile', pieces }, source: 'the profile of --arrivals', assumes };
  return byPlan ? ofPlan(options, assumes, context) : ofRun(run, options, context);
}

function needs(option: string, what: string): QblError {
  return new QblError(
    'usage',
    `${option} can be used only with ${what}: a run already contains the exact arrival times`,
  );
}

async function ofPlan(options: ArrivalsOptions, spread: string, context: Context): Promise<ArrivalsKnown> {
  const { planArrivals } = await import('../../size/arrivals/plan-arrivals.ts');
  const plan = await planOf(options, context);
  const { pieces, assumes } = planArrivals(plan, options.responseTime ?? null);
  const source = `the plan ${printable(plan.name)}`;
  return { arrivals: { kind: 'profile', pieces }, source, assumes: `${assumes}; ${spread}` };
}

async function ofRun(
  name: string | undefined,
  { runs }: ArrivalsOptions,
  { directory }: Context,
): Promise<ArrivalsKnown> {
  const { ackedSamplesOf } = await import('../../runs/acked-samples-of.ts');
  const folder = name === undefined ? await newestRun(runs) : runFolder(runs, name);
  const { timesMs, firstStartMs, unclear } = await ackedSamplesOf(folder);
  if (unclear !== null)
    throw new QblError('inconclusive', `the arrivals of the run "${folder.id}" are not known. ${unclear}`, {
      hint: 'Use the samples.jtl that the sender wrote, or predict from the plan: qbl size --plan FILE.',
    });
  if (timesMs.length === 0)
    throw new QblError('usage', `no request of the run "${folder.id}" was acknowledged`);
  return {
    arrivals: { kind: 'times', timesMs: timesMs.map((time) => time - firstStartMs) },
    source: `the acked samples of ${printable(relative(directory, folder.path))}; time 0 is the first send`,
    assumes: `a message is in the queue when its sample ends${(await hasEnded(folder)) ? '' : NO_END}`,
  };
}

const NO_END = '; no more messages arrive, although the sender of the run has not ended cleanly';

/**
 * Whether the sender of a run has ended, so that its samples are complete. Without run.json, qbl assumes that the
 * samples are complete.
 */
async function hasEnded(folder: RunFolder): Promise<boolean> {
  const { readRun } = await import('../../runs/documents/run-json.ts');
  return readRun(folder)?.end !== null;
}
