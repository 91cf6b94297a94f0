import { expect, it } from 'vitest';
import { overridePlan, type PlanOverrides } from '../override.ts';
import { headersOf } from '../template/headers.ts';
import { planOf, requestOf } from './testing/imported.ts';
import { headerManager, jmx, sampler, threadGroup } from './testing/jmx.ts';

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
const PLAN = planOf(jmx(threadGroup({ under: [sampler({ parameters: [{ name: 'a', value: '1' }] })] })));

const overridden = (changes: PlanOverrides) =>
  overridePlan('plan.jmx', PLAN, changes).threadGroups[0]?.requests[0];

it('the type of a body is kept with the body, and does not describe a body of the command line', () => {
  expect(overridden({ method: 'PUT' })).toMatchObject({ bodyType: FORM, body: 'a=1' });
  expect(overridden({ body: '{"a":1}' })).not.toHaveProperty('bodyType');
});

it('a header of the plan replaces the type of a form, even with an empty value', () => {
  for (const value of ['application/json', '']) {
    const under = [headerManager({ 'content-type': value })];
    const form = sampler({ parameters: [{ name: 'a', value: '1' }], under });
    const request = requestOf(jmx(threadGroup({ under: [form] })));
    expect(headersOf(request)).toEqual([['content-type', value]]);
  }
});
