import { readFile } from 'node:fs/promises';
import { QblError } from '../error.ts';
import { importJmx } from './jmx/import.ts';
import { type PlanSource, planError } from './mistake.ts';
import { overridePlan, type PlanOverrides } from './override.ts';
import type { Plan } from './plan.ts';
import { planMistakes } from './plan-mistakes.ts';
import { readYamlPlan } from './yaml.ts';

/** A plan is written by hand; a file larger than this is something else. */
const MAX_PLAN_BYTES = 4 * 1024 * 1024;

/**
 * Reads a plan file, YAML or a .jmx of JMeter's, and applies what the command line sets.
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
  if (overrides.body !== undefined) throw planError(file, [`--body: ${mistakes[0]?.message}`]);
  throw planError(file, mistakes.map(source.locate));
}

function readPlan(
  file: string,
  text: string,
  { properties }: PlanOverrides,
  onNote: (line: string) => void,
): PlanSource {
  if (/\.jmx$/i.test(file)) return importJmx(file, text, properties ?? {}, onNote);
  if (properties === undefined) return readYamlPlan(file, text);
  throw new QblError('usage', `-J sets properties of a .jmx file, and ${file} is none`);
}

async function readPlanFile(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_PLAN_BYTES) {
      throw new QblError('usage', `${file} has ${bytes.length} bytes: a plan has at most ${MAX_PLAN_BYTES}`);
    }
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof QblError) throw error;
    throw new QblError('usage', `cannot read the plan ${file}: ${(error as Error).message}`, {
      hint: 'qbl init writes a commented plan to start from.',
    });
  }
}
