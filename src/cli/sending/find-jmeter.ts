import type { JMeter } from '../../jmeter/running/find.ts';
import type { LoadedPlan } from '../../plan/load.ts';
import type { Context } from '../context.ts';

/** Finds JMeter and checks that it can send this plan, before a run begins. */
export async function findJMeterFor(
  { plan, foreign }: Pick<LoadedPlan, 'plan' | 'foreign'>,
  home: string | undefined,
  { env }: Context,
): Promise<JMeter> {
  const [{ findJMeter }, { checkRenderable }] = await Promise.all([
    import('../../jmeter/running/find.ts'),
    import('../../jmeter/rendering/limits.ts'),
  ]);
  if (foreign === null) checkRenderable(plan);
  return findJMeter({ home, env });
}
