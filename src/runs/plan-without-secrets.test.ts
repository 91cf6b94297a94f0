import { expect, it } from 'vitest';
import { groupOf, planOf } from '../plan/jmx/testing/imported.ts';
import {
  authManager,
  cookieManager,
  headerManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
} from '../plan/jmx/testing/jmx.ts';
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

it('masks the constants of texts that are evaluated for each message', () => {
  const request = sampler({
    parameters: [{ name: 'access_token', value: 'S3CRET1' }],
    properties: { 'HTTPSampler.domain': '${host}', 'HTTPSampler.method': 'GET' },
    under: [headerManager({ Authorization: 'Basic ${__base64Encode(${n}:S3CRET2)}' })],
  });
  const shown = JSON.stringify(withoutSecrets(planOf(jmx(threadGroup({ under: [request] })))));
  expect(shown).toContain('"variable":"host"');
  expect(shown).not.toContain('S3CRET');
});

it('masks cookies and users, also in the texts of assertions', () => {
  const user = { url: 'http://h/?token=S3CRETTOKEN', username: 'S3CRETUSER', password: 'S3CRETPASSWORD' };
  const patterns = ['S3CRETCOOKIE', 'S3CRETUSER', 'S3CRETPASSWORD'];
  const assertion = jmxElement(
    'ResponseAssertion',
    'Check',
    `<collectionProp name="Asserion.test_strings">${patterns.map((each) => `<stringProp name="1">${each}</stringProp>`).join('')}</collectionProp>${props({ 'Assertion.test_field': 'Assertion.response_data', 'Assertion.test_type': 16 })}`,
  );
  const managers = [cookieManager([{ name: 'a', value: 'S3CRETCOOKIE' }]), authManager(user)];
  const plan = planOf(jmx(threadGroup({ under: [...managers, assertion, sampler()] })));
  expect(JSON.stringify(plan)).toContain('S3CRETCOOKIE');
  const shown = withoutSecrets(plan);
  expect(JSON.stringify(shown)).not.toContain('S3CRET');
  expect(shown.managers?.cookies[0]?.cookies).toMatchObject([{ name: 'a', value: '***' }]);
  expect(shown.threadGroups[0]?.requests[0]?.managers).toMatchObject({
    cookies: 0,
    authorizations: [{ url: 'http://h/?token=***', user: '***', password: '***' }],
  });
});
