import { expect, it } from 'vitest';
import { overridePlan, type PlanOverrides } from '../override.ts';
import { planOf } from './testing/imported.ts';
import { jmx, sampler, threadGroup } from './testing/jmx.ts';

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
const PLAN = planOf(jmx(threadGroup({ under: [sampler({ parameters: [{ name: 'a', value: '1' }] })] })));

const overridden = (changes: PlanOverrides) =>
  overridePlan('plan.jmx', PLAN, changes).threadGroups[0]?.requests[0];

it('the type of a body is kept with the body, and does not describe a body of the command line', () => {
  expect(overridden({ method: 'PUT' })).toMatchObject({ bodyType: FORM, body: 'a=1' });
  expect(overridden({ body: '{"a":1}' })).not.toHaveProperty('bodyType');
});
