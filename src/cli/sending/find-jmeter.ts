import type { JMeter } from '../../jmeter/running/find.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Context } from '../context.ts';

/** Finds JMeter and checks that it can send this plan, before a run begins. */
export async function findJMeterFor(plan: Plan, home: string | undefined, { env }: Context): Promise<JMeter> {
  const [{ findJMeter }, { checkRenderable }] = await Promise.all([
    import('../../jmeter/running/find.ts'),
    import('../../jmeter/rendering/limits.ts'),
  ]);
  checkRenderable(plan);
  return findJMeter({ home, env });
}
