import { expect, it } from 'vitest';
import { groupOf, planOf } from '../plan/jmx/testing/imported.ts';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup } from '../plan/jmx/testing/jmx.ts';
import { withoutSecrets } from './plan-without-secrets.ts';

it('masks a secret of a URL or header also in the texts of assertions', () => {
  const assertion = (field: string, type: number, pattern: string) =>
    jmxElement(
      'ResponseAssertion',
      'Check',
      `<collectionProp name="Asserion.test_strings"><stringProp name="1">${pattern}</stringProp></collectionProp>${props({ 'Assertion.test_field': field, 'Assertion.test_type': type, 'Assertion.custom_message': `not ${pattern}` })}`,
    );
  const json = jmxElement(
    'JSONPathAssertion',
    'JSON',
    props({
      JSON_PATH: "$['S3CRETVALUE']",
      EXPECTED_VALUE: 'Bearer of-the-header',
      JSONVALIDATION: true,
      ISREGEX: true,
    }),
  );
  const under = [
    headerManager({ Authorization: 'Bearer of-the-header' }),
    assertion('Assertion.sample_label', 16, 'token=S3CRETVALUE'),
    assertion('Assertion.request_headers', 16, 'of-the-header'),
    json,
  ];
  const request = sampler({ properties: { 'HTTPSampler.path': '/x?token=S3CRETVALUE' }, under });
  const text = jmx(threadGroup({ under: [request] }));
  expect(groupOf(text).requests[0]?.assertions).toHaveLength(3);
  const shown = JSON.stringify(withoutSecrets(planOf(text)));
  expect(shown).toContain('"patterns":["token=***"]');
  expect(shown).not.toContain('S3CRETVALUE');
  expect(shown).not.toContain('of-the-header');
});
