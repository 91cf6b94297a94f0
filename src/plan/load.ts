import { readBoundedFile } from '../bounded-file.ts';
import { QblError } from '../error.ts';
import { IN_BODY } from '../message/placement.ts';
import { endpointMistakes } from './endpoints/endpoint-mistakes.ts';
import { placedAt } from './endpoints/place.ts';
import { type Endpoint, PRESETS } from './endpoints/presets.ts';
import { hasEnd } from './groups/thread-spans.ts';
import { identityNotes, withDefaultIdentity } from './jmx/default-identity.ts';
import type { ForeignPlan } from './jmx/foreign.ts';
import { type Mistake, type PlanSource, planError } from './mistakes/mistake.ts';
import { planMistakes } from './mistakes/plan-mistakes.ts';
import {
  optionsThatChangeRequests,
  overridePlan,
  type PlanOverrides,
  type WrittenPlan,
  withHops,
} from './override.ts';
import type { Plan } from './plan.ts';
import { withRejectedStatuses } from './rejected-statuses.ts';
import { withTokens } from './tokens/token-places.ts';
import { readYamlPlan } from './yaml.ts';

/** Maximum size of a plan file. People write plans by hand, so a larger file is not a plan. */
export const MAX_PLAN_BYTES = 4 * 1024 * 1024;

/** A plan, and facts about its file that the plan itself does not show. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly isJmx: boolean;
  /** The product behind the URLs of the plan. Null if the plan is for no particular product. */
  readonly endpoint: Endpoint | null;
  /** The file, if JMeter runs it unchanged. Null if qbl sends the requests, or writes them for JMeter. */
  readonly foreign: ForeignPlan | null;
}

/** The program that sends the requests: qbl, or JMeter, which can run a .jmx file unchanged. */
export type SendingProgram = 'qbl' | 'jmeter';

/** Whether the text is XML, as a .jmx file of JMeter is. A YAML plan is never XML. */
export function isJmx(file: string, text: string): boolean {
  return /\.jmx$/i.test(file) || /^\s*</.test(text);
}

/**
 * Reads a plan from a YAML file, a JMeter .jmx or standard input (`-`). Then applies what the command line sets.
 * @throws QblError 'usage' that lists every mistake with its line
 */
export async function loadPlan(file: string, overrides: PlanOverrides = {}): Promise<Plan> {
  return (await loadPlanFile(file, overrides)).plan;
}

/**
 * Like loadPlan, but also returns the format of the file.
 * @param onNote called with a note if something in a valid plan may surprise the user, such as ignored redirects
 */
export async function loadPlanFile(
  file: string,
  overrides: PlanOverrides,
  onNote: (line: string) => void = () => {},
  program: SendingProgram = 'qbl',
): Promise<LoadedPlan> {
  const text = await readPlanFile(file);
  if (program === 'jmeter' && isJmx(file, text)) {
    const foreign = await readForeign(file, text, overrides, onNote);
    if (foreign !== null)
      return { plan: withHops(foreign.plan, overrides), isJmx: true, endpoint: null, foreign };
    return loadPlanText(file, text, overrides, onNote).catch((error) => {
      throw withWayOut(error, file, overrides);
    });
  }
  return loadPlanText(file, text, overrides, onNote);
}

/**
 * Like loadPlanFile, for a text that is already read and that JMeter does not run unchanged.
 * @param file the name of the text in errors
 */
export async function loadPlanText(
  file: string,
  text: string,
  overrides: PlanOverrides = {},
  onNote: (line: string) => void = () => {},
): Promise<LoadedPlan> {
  if (overrides.messages !== undefined) throw onlyUnchanged(file);
  const source = await readPlan(file, text, overrides, onNote);
  const isFromJMeter = isJmx(file, text);
  const overridden = overridePlan(file, source.plan, overrides);
  const written = isFromJMeter ? withoutEnd(withChosenPlaces(overridden, onNote)) : overridden;
  const checked = checkedPlan(file, source, written, overrides);
  const plan = withRejectedStatuses(checked, overrides.rejectedStatuses);
  return { plan, isJmx: isFromJMeter, endpoint: written.endpoint ?? null, foreign: null };
}

/**
 * Reads a .jmx file that JMeter runs unchanged. Null if the file must be changed: an option changes what is sent, or the
 * bodies already carry an identity, which must name the new run.
 */
async function readForeign(
  file: string,
  text: string,
  overrides: PlanOverrides,
  onNote: (line: string) => void,
): Promise<ForeignPlan | null> {
  if (optionsThatChangeRequests(overrides).length > 0) return null;
  const [{ foreignPlan }, { isRendered }] = await Promise.all([
    import('./jmx/foreign.ts'),
    import('./jmx/rendered-identity.ts'),
  ]);
  return isRendered(text) ? null : foreignPlan(file, text, overrides, onNote);
}

/** Says without which options JMeter runs the file, although qbl cannot read the file. */
function withWayOut(error: unknown, file: string, overrides: PlanOverrides): unknown {
  const options = optionsThatChangeRequests(overrides).join(' and ');
  if (!(error instanceof QblError) || options === '') return error;
  return new QblError('usage', error.summary, {
    details: error.details,
    cause: error,
    hint: `With ${options}, qbl must read the test plan. Without ${options}, JMeter runs ${file} unchanged: set the values in the file, or with -J.`,
  });
}

function onlyUnchanged(file: string): QblError {
  return new QblError('usage', `--label works only if JMeter runs a .jmx file unchanged, not with ${file}`, {
    hint: 'qbl jmeter runs a .jmx file unchanged if no option changes its requests.',
  });
}

/** In a .jmx file a group can loop without an end. A plan with such a group ends when it is stopped. */
function withoutEnd(plan: WrittenPlan): WrittenPlan {
  const isEndless = plan.threadGroups.some((group) => !hasEnd(group));
  return isEndless ? { ...plan, untilStopped: true } : plan;
}

/** Chooses a place for each identity, unless the command line names a place or an endpoint. */
function withChosenPlaces(plan: WrittenPlan, onNote: (line: string) => void): WrittenPlan {
  if (plan.identity !== undefined || plan.endpoint !== undefined) return plan;
  const chosen = withDefaultIdentity(plan);
  for (const note of identityNotes(chosen)) onNote(note);
  return chosen;
}

function checkedPlan(file: string, source: PlanSource, written: WrittenPlan, overrides: PlanOverrides): Plan {
  const { plan, contradictions } = atEndpoint(written);
  const mistakes = contradictions.length > 0 ? contradictions : planMistakes(plan);
  if (mistakes.length === 0) return withTokens(plan);
  throw planError(
    file,
    mistakes.map((mistake) =>
      overrides.body !== undefined && mistake.path.at(-1) === 'body'
        ? { line: 0, text: `--body: ${mistake.message}` }
        : source.locate(mistake),
    ),
    source.hint === undefined || overrides.body !== undefined ? {} : { hint: source.hint },
  );
}

/**
 * Returns the plan in the form that its endpoint needs. Also returns mistakes for fields of the plan that contradict
 * the endpoint.
 */
function atEndpoint({ endpoint, ...plan }: WrittenPlan): { plan: Plan; contradictions: readonly Mistake[] } {
  if (endpoint === undefined)
    return { plan: { ...plan, identity: plan.identity ?? IN_BODY }, contradictions: [] };
  const preset = PRESETS[endpoint];
  return { plan: placedAt(preset, plan), contradictions: endpointMistakes(endpoint, preset, plan) };
}

async function readPlan(
  file: string,
  text: string,
  overrides: PlanOverrides,
  onNote: (line: string) => void,
): Promise<PlanSource> {
  const { properties } = overrides;
  if (isJmx(file, text)) {
    const { importJmx } = await import('./jmx/import.ts');
    return importJmx(file, text, properties ?? {}, onNote);
  }
  if (properties === undefined) return readYamlPlan(file, text, overrides);
  throw new QblError('usage', `-J sets JMeter properties, but ${file} is not a .jmx file`);
}

/**
 * Reads the text of a plan file.
 * @throws QblError 'usage' with a hint how to create a plan
 */
/**
 * Returns the text of a plan file.
 * @throws QblError 'usage' if the file cannot be read
 */
export async function readPlanFile(file: string): Promise<string> {
  try {
    return await readBoundedFile('the plan', file, MAX_PLAN_BYTES);
  } catch (cause) {
    if (!(cause instanceof QblError)) throw cause;
    throw new QblError('usage', cause.message, {
      hint: 'qbl init writes a commented plan to start from.',
      cause,
    });
  }
}
