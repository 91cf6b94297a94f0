import { readBoundedFile } from '../bounded-file.ts';
import { QblError } from '../error.ts';
import { importJmx } from './jmx/import.ts';
import { type PlanSource, planError } from './mistakes/mistake.ts';
import { planMistakes } from './mistakes/plan-mistakes.ts';
import { overridePlan, type PlanOverrides } from './override.ts';
import type { Plan } from './plan.ts';
import { withTokens } from './tokens/token-places.ts';
import { readYamlPlan } from './yaml.ts';

/** People write plans by hand. A larger file is not a plan. */
export const MAX_PLAN_BYTES = 4 * 1024 * 1024;

/** A plan, and whether it came from a JMeter .jmx. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly isJmx: boolean;
}

/** True if the text is XML, as in JMeter's .jmx. A YAML plan is never XML. */
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
 * Like loadPlan, and also returns the format of the file.
 * @param onNote called with surprises in a valid plan, for example ignored redirects
 */
export async function loadPlanFile(
  file: string,
  overrides: PlanOverrides,
  onNote: (line: string) => void = () => {},
): Promise<LoadedPlan> {
  const text = await readPlanFile(file);
  const plan = checkedPlan(file, readPlan(file, text, overrides, onNote), overrides);
  return { plan, isJmx: isJmx(file, text) };
}

function checkedPlan(file: string, source: PlanSource, overrides: PlanOverrides): Plan {
  const plan = overridePlan(file, source.plan, overrides);
  const mistakes = planMistakes(plan);
  if (mistakes.length === 0) return withTokens(plan);
  throw planError(
    file,
    mistakes.map((mistake) =>
      overrides.body !== undefined && mistake.path.at(-1) === 'body'
        ? { line: 0, text: `--body: ${mistake.message}` }
        : source.locate(mistake),
    ),
  );
}

function readPlan(
  file: string,
  text: string,
  overrides: PlanOverrides,
  onNote: (line: string) => void,
): PlanSource {
  const { properties } = overrides;
  if (isJmx(file, text)) return importJmx(file, text, properties ?? {}, onNote);
  if (properties === undefined) return readYamlPlan(file, text, overrides);
  throw new QblError('usage', `-J sets JMeter properties, but ${file} is not a .jmx file`);
}

/** @throws QblError 'usage' with a hint how to create a plan */
async function readPlanFile(file: string): Promise<string> {
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
