import { describe, expect, it } from 'vitest';
import { planOf } from './testing/imported.ts';
import {
  authManager,
  cacheManager,
  collection,
  cookieManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
} from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

const user = { url: 'http://h/', username: 'u', password: 'p', domain: '', realm: '' };
const inGroup = (...under: string[]) => jmx(threadGroup({ under: [...under, sampler()] }));
const requestsOf = (text: string) => planOf(text).threadGroups.flatMap(({ requests }) => requests);

describe('managers', () => {
  it('become a part of the plan and of the requests in their scope', () => {
    const cookies = cookieManager([{ name: 'a', value: '1' }], { 'CookieManager.policy': 'standard' });
    const text = inGroup(cookies, cacheManager({ maxSize: 10 }), authManager({ ...user, domain: 'corp' }));
    const cookie = { name: 'a', value: '1', domain: '127.0.0.1', path: '/', secure: false };
    expect(planOf(text).managers).toEqual({
      cookies: [{ cookies: [{ ...cookie, forSubdomains: true }], forgets: 'never' }],
      caches: [{ maxSize: 10, forgets: 'never' }],
    });
    expect(requestsOf(text)[0]?.managers).toEqual({
      cookies: 0,
      cache: 0,
      authorizations: [{ url: 'http://h/', user: 'CORP\\u', password: 'p' }],
    });
    expect(requestsOf(inGroup())[0]).not.toHaveProperty('managers');
    expect(planOf(inGroup())).not.toHaveProperty('managers');
  });

  it('apply only in their scope, and the last of the outermost ones counts', () => {
    const part = jmxElement('GenericController', 'Part', '', {
      under: [authManager({ ...user, username: 'inner' }), sampler()],
    });
    const [first, second] = requestsOf(jmx(threadGroup({ under: [part, sampler()] })));
    expect(first?.managers?.authorizations).toMatchObject([{ user: 'inner' }]);
    expect(second).not.toHaveProperty('managers');
    const outer = ['one', 'two'].map((username) => authManager({ ...user, username }));
    for (const request of requestsOf(jmx(threadGroup({ under: [...outer, part, sampler()] }))))
      expect(request.managers?.authorizations).toMatchObject([{ user: 'two' }]);
  });

  it.each([
    [{}, 'never'],
    [{ clear: true }, 'each loop'],
    [{ clear: true, byGroup: true }, 'new user'],
    [{ byGroup: true }, 'new user'],
  ])('forget what responses said: %o means %s', (values: { clear?: boolean; byGroup?: boolean }, forgets) => {
    const { clear = false, byGroup = false } = values;
    const cookies = {
      'CookieManager.clearEachIteration': clear,
      'CookieManager.controlledByThreadGroup': byGroup,
    };
    const cache = { clearEachIteration: clear, 'CacheManager.controlledByThread': byGroup };
    const { managers } = planOf(inGroup(cookieManager([], cookies), cacheManager(cache)));
    expect(managers).toMatchObject({ cookies: [{ forgets }], caches: [{ maxSize: 5000, forgets }] });
  });

  const dns = (properties: string) => jmxElement('DNSCacheManager', 'Addresses', properties);
  const server =
    '<collectionProp name="DNSCacheManager.servers"><stringProp name="1">1.1.1.1</stringProp></collectionProp>';

  it('reads a DNS cache manager that changes nothing', () => {
    const unused = dns(`${server}${props({ 'DNSCacheManager.isCustomResolver': false })}`);
    expect(planOf(inGroup(unused))).toEqual(planOf(inGroup()));
  });

  it.each([
    [
      cookieManager([], { 'CookieManager.policy': 'default' }),
      'CookieManager.policy=default is not supported: expected standard',
    ],
    [cookieManager([{ name: '', value: '1' }]), 'CookieManager.cookies: expected a name for each cookie'],
    [cookieManager([{ name: 'a', value: '${__V(x)}' }]), 'Cookie.value: '],
    [cookieManager([], { other: 'x' }), 'other=x is not supported'],
    [
      cacheManager({ useExpires: true }),
      'useExpires=true is not supported: expected a cache manager that sends every request',
    ],
    [cacheManager({ maxSize: 0 }), 'maxSize: expected a number from 1 to 5000, not "0"'],
    [
      authManager({ ...user, mechanism: 'DIGEST' }),
      'Authorization.mechanism=DIGEST is not supported: expected BASIC',
    ],
    [
      authManager(user, { ...user, realm: 'R' }),
      'Authorization.realm: expected the same realm for all users',
    ],
    [
      dns(collection('DNSCacheManager.hosts', [props({ 'StaticHost.Name': 'a' })])),
      'DNSCacheManager.hosts is not supported: expected no static hosts',
    ],
    [
      dns(`${server}${props({ 'DNSCacheManager.isCustomResolver': true })}`),
      'DNSCacheManager.servers is not supported: expected no DNS servers',
    ],
    [cookieManager().replace('CookiePanel', 'Gui'), 'guiclass=Gui is not supported: expected CookiePanel'],
  ])('refuses what qbl does not do as JMeter does: %#', (manager, refusal) => {
    expect(refusalsOf(inGroup(manager))).toEqual([expect.stringContaining(`: ${refusal}`)]);
  });

  it('refuses an assertion that would see the cookies of another request', () => {
    const assertion = jmxElement(
      'ResponseAssertion',
      'Check',
      props({ 'Assertion.test_field': 'Assertion.request_data', 'Assertion.test_type': 2 }),
    );
    const text = (follow: boolean) =>
      jmx(
        threadGroup({
          under: [
            cookieManager(),
            assertion,
            sampler({ properties: { 'HTTPSampler.follow_redirects': follow } }),
          ],
        }),
      );
    expect(refusalsOf(text(false))).toEqual([]);
    expect(refusalsOf(text(true))).toEqual([expect.stringContaining('an assertion on the request data')]);
  });

  it('refuses properties of JMeter that change managers', () => {
    expect(refusalsOf(inGroup(cookieManager()), { 'CookieManager.save.cookies': 'true' })).toEqual([
      expect.stringContaining(': -J CookieManager.save.cookies is not supported with CookieManager'),
    ]);
  });
});
