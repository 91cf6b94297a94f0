import type { JMeter } from '../../jmeter/running/find.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Context } from '../context.ts';

/** The JMeter that can send this plan; what cannot work is told before a run is begun. */
export async function findJMeterFor(plan: Plan, home: string | undefined, { env }: Context): Promise<JMeter> {
  const [{ findJMeter }, { checkRenderable }] = await Promise.all([
    import('../../jmeter/running/find.ts'),
    import('../../jmeter/rendering/limits.ts'),
  ]);
  checkRenderable(plan);
  return findJMeter({ home, env });
}
