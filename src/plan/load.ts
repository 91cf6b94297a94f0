import { readBoundedFile, STANDARD_INPUT } from '../bounded-file.ts';
import { QblError } from '../error.ts';
import { importJmx } from './jmx/import.ts';
import { type PlanSource, planError } from './mistake.ts';
import { overridePlan, type PlanOverrides } from './override.ts';
import type { Plan } from './plan.ts';
import { planMistakes } from './plan-mistakes.ts';
import { readYamlPlan } from './yaml.ts';

/** A plan is written by hand; a file larger than this is something else. */
export const MAX_PLAN_BYTES = 4 * 1024 * 1024;

/**
 * Reads a plan file, YAML or a .jmx of JMeter's, or standard input for `-`, and applies what the command line sets.
 * @param onNote called with what the user may not expect of a plan that is right
 * @throws QblError 'usage' that lists every mistake with its line
 */
export async function loadPlan(
  file: string,
  overrides: PlanOverrides = {},
  onNote: (line: string) => void = () => {},
): Promise<Plan> {
  const source = readPlan(file, await readPlanFile(file), overrides, onNote);
  const plan = overridePlan(source.plan, overrides);
  const mistakes = planMistakes(plan);
  if (mistakes.length === 0) return plan;
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
  if (/\.jmx$/i.test(file) || (file === STANDARD_INPUT && /^\s*</.test(text)))
    return importJmx(file, text, properties ?? {}, onNote);
  if (properties === undefined) return readYamlPlan(file, text, overrides);
  throw new QblError('usage', `-J sets properties of a .jmx file, and ${file} is none`);
}

/** @throws QblError 'usage' with the way to a plan */
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
