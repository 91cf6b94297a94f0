import type { LoadedPlan, SendingProgram } from '../../plan/load.ts';
import { type Plan, withoutRules } from '../../plan/plan.ts';
import { printable } from '../../printable.ts';
import type { Context } from '../context.ts';
import type { SendOptions } from '../options/send-options.ts';
import { planOverrides, type RawPlanOptions } from '../options/shared/plan-options.ts';

/** Returns the plan that --plan names, with the changes of the other options. */
export async function planOf(options: RawPlanOptions, context: Context): Promise<Plan> {
  return (await loadedPlanOf(options, context)).plan;
}

export async function loadedPlanOf(
  options: RawPlanOptions,
  { directory, env, err }: Context,
  program: SendingProgram = 'qbl',
): Promise<LoadedPlan> {
  const [{ loadPlanFile }, { defaultPlan }] = await Promise.all([
    import('../../plan/load.ts'),
    import('../../plan/packaged.ts'),
  ]);
  const file = options.plan ?? defaultPlan(directory);
  const note = (line: string) => err.line(`${err.style.bold('note:')} ${printable(line)}`);
  return loadPlanFile(file, planOverrides(options, env), note, program);
}

/**
 * Returns the plan for the endpoint to which it is sent. For `qbl direct`, removes the plan's rules for outcomes: the
 * rules describe another endpoint, and the default rule fits the responses of `qbl direct`.
 */
export function planFor({ direct }: SendOptions, plan: Plan): Plan {
  return direct === true ? withoutRules(plan) : plan;
}
