import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  authManager,
  cacheManager,
  cookieManager,
  headerManager,
  jmx,
  jmxElement,
  props,
  type SamplerOptions,
  sampler,
  threadGroup,
} from '../../src/plan/jmx/testing/jmx.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast send the same headers if a test plan has managers of cookies, users and caches. */

const DEADLINE_MS = 120_000;

/** A response of the server: its status, and the names and values of its headers. */
type Answer = readonly [status: number, ...headers: (readonly [name: string, value: string])[]];

/** A thread group whose requests are compared. */
interface Case {
  readonly under: readonly string[];
  readonly loops?: number;
  readonly properties?: Readonly<Record<string, string | boolean>>;
  /** The responses to the requests of some paths. All other responses have the status 200. */
  readonly answers?: Readonly<Record<string, Answer>>;
}

const set = (value: string) => ['Set-Cookie', value] as const;
const assertion = (text: string) =>
  jmxElement(
    'ResponseAssertion',
    'Check',
    `<collectionProp name="Asserion.test_strings"><stringProp name="1">${text}</stringProp></collectionProp>${props({ 'Assertion.test_field': 'Assertion.request_data', 'Assertion.test_type': 16, 'Assertion.custom_message': 'other cookies' })}`,
  );
const controller = (...under: string[]) => jmxElement('GenericController', 'Part', '', { under });

function casesFor(port: number): Readonly<Record<string, Case>> {
  const base = `http://127.0.0.1:${port}`;
  const get = (path: string, under: readonly string[] = [], properties: SamplerOptions['properties'] = {}) =>
    sampler({
      name: path,
      parameters: [],
      under,
      properties: {
        'HTTPSampler.domain': '127.0.0.1',
        'HTTPSampler.port': port,
        'HTTPSampler.path': path,
        'HTTPSampler.method': 'GET',
        'HTTPSampler.follow_redirects': true,
        ...properties,
      },
    });
  const post = (path: string, under: readonly string[] = []) =>
    get(path, under, { 'HTTPSampler.method': 'POST' });
  const user = { url: base, username: 'u', password: 'p', domain: '', realm: '' };
  return {
    'the last of the outermost cookie managers counts': {
      under: [
        cookieManager([{ name: 'first', value: '1' }]),
        controller(
          cookieManager([{ name: 'inner', value: '2' }]),
          get('/a1'),
          get('/a2', [cookieManager([{ name: 'own', value: '3' }])]),
        ),
        cookieManager([{ name: 'last', value: '4' }]),
        get('/a3'),
      ],
    },
    'a cookie manager only in a controller': {
      under: [
        controller(cookieManager(), get('/b1'), get('/b2'), get('/b3', [cookieManager()])),
        get('/b4'),
        get('/b5', [cookieManager()]),
      ],
      loops: 2,
      answers: {
        '/b1': [200, set('s=1')],
        '/b3': [200, set('t=2')],
        '/b4': [200, set('u=3')],
        '/b5': [200, set('v=4')],
      },
    },
    'values that JMeter quotes or replaces, and a header Cookie of the plan': {
      under: [
        cookieManager([
          { name: 'u', value: 'x y' },
          { name: 'v', value: 'a,b' },
          { name: 'w', value: 'q"q' },
          { name: 'z', value: 'é€' },
        ]),
        headerManager({ Cookie: 'mine=1', 'X-A': 'b' }),
        post('/c1'),
        get('/c2'),
        get('/c4'),
      ],
      answers: { '/c2': [302, set('r=1'), ['Location', '/c3']], '/c3': [200, set('r=2; path=/c4')] },
    },
    'a header Cookie of the plan without cookies of the manager': {
      under: [headerManager({ cookie: 'mine=1' }), cookieManager(), get('/d1'), get('/d2')],
      answers: { '/d1': [200, set('mine=2')] },
    },
    'clear each iteration': {
      under: [
        cookieManager([{ name: 'a', value: '1' }], { 'CookieManager.clearEachIteration': true }),
        get('/e1'),
        get('/e2'),
      ],
      loops: 2,
      answers: { '/e1': [200, set('s=1'), set('a=; path=/')] },
    },
    'another user in each loop': {
      under: [cookieManager([], { 'CookieManager.controlledByThreadGroup': true }), get('/f1'), get('/f2')],
      loops: 2,
      properties: { 'ThreadGroup.same_user_on_next_iteration': false },
      answers: { '/f1': [200, set('s=1')] },
    },
    'the same user in each loop': {
      under: [
        cookieManager([], {
          'CookieManager.controlledByThreadGroup': true,
          'CookieManager.clearEachIteration': true,
        }),
        get('/g1'),
      ],
      loops: 2,
      answers: { '/g1': [200, set('s=1')] },
    },
    'ends, paths and domains of cookies': {
      under: [cookieManager(), get('/h/x'), get('/h/x'), get('/h'), get('/h/xy'), post('/h/x/y')],
      answers: {
        '/h/x': [
          200,
          set('a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT'),
          set('b=2; Max-Age=1'),
          set('d=4; Expires=Thu, 01 Jan 1970 00:00:01 GMT'),
          set('e=5; Path=/h/x'),
          set('g="q q"'),
          set('i=1; Domain=localhost'),
          set('j=1; Domain=127.0.0.1; Path=/'),
          set('k=1; Secure'),
          set('l=1; Expires=never'),
        ],
      },
    },
    'a cookie of a redirect without a location, and of a failed response': {
      under: [cookieManager(), get('/i1'), get('/i2'), get('/i3')],
      answers: { '/i1': [302, set('a=1')], '/i2': [500, set('b=2')] },
    },
    'users by the beginning of the URL': {
      under: [
        authManager(
          { ...user, url: `${base}/j1`, username: 'é', password: 'p:p' },
          { ...user, url: `${base}/j3` },
        ),
        cookieManager([{ name: 'c', value: '1' }]),

        post('/j1'),
        get('/j1x?q=1'),
        get('/j2'),
        get('/j3', [headerManager({ Authorization: 'Bearer x' })]),
        get('/j4'),
        get('/j3'),
        get('/j3', [], { 'HTTPSampler.domain': 'localhost' }),
        get('//j3//x'),
      ],
      answers: {
        '/j1x?q=1': [401, ['WWW-Authenticate', 'Basic realm="R"']],
        '/j2': [401, ['WWW-Authenticate', 'Basic realm="R"']],
        '/j4': [302, ['Location', '/j3']],
        '/j3': [302, ['Location', '/j5']],
      },
    },
    'a user for every URL, with domain and realm': {
      under: [
        authManager({
          url: '',
          username: 'u',
          password: '',
          domain: 'corp',
          realm: 'R',
          mechanism: 'BASIC_DIGEST',
        }),
        controller(authManager({ ...user, username: 'inner' }), get('/k1')),
      ],
      answers: {
        '/k1': [
          401,
          ['WWW-Authenticate', 'Basic realm="R"'],
          ['WWW-Authenticate', 'Digest realm="R", nonce="n"'],
        ],
      },
    },
    'the last of the outermost managers of users counts': {
      under: [authManager(user), authManager({ ...user, username: 'second' }), get('/l1')],
    },
    'an empty manager of users': { under: [authManager(), get('/m1', [authManager(user)])] },
    'versions of resources': {
      under: [
        cacheManager({ useExpires: false }),
        cookieManager([{ name: 'c', value: '1' }]),
        headerManager({ 'X-A': '1', 'If-None-Match': 'mine' }),
        get('/n1'),
        get('/n2'),
        get('/n3'),
        post('/n1'),
        post('/n4'),
        get('/n5'),
        get('/n6'),
        get('/n7?q=1'),
        get('/n8'),
      ],
      loops: 3,
      answers: {
        '/n1': [
          200,
          ['ETag', '"e1"'],
          ['Last-Modified', 'Wed, 21 Oct 2015 07:28:00 GMT'],
          ['Vary', 'X-A, Accept-Encoding'],
        ],
        '/n2': [200, ['ETag', '"e2"'], ['Vary', 'User-Agent']],
        '/n3': [302, ['Location', '/n1'], ['ETag', '"e3"']],
        '/n4': [200, ['ETag', '"e4"']],
        '/n5': [404, ['ETag', '"e5"']],
        '/n6': [200, ['Last-Modified', 'Wed, 21 Oct 2015 07:28:00 GMT'], ['Vary', '*']],
        '/n7?q=1': [200, ['Last-Modified', 'Wed, 21 Oct 2015 07:28:00 GMT'], ['ETag', '']],
        '/n8': [200, ['Cache-Control', 'no-store'], ['Expires', '0']],
      },
    },
    'versions that JMeter forgets': {
      under: [cacheManager({ clearEachIteration: true }), get('/o1'), get('/o1')],
      loops: 2,
      answers: { '/o1': [304, ['ETag', '"e1"']] },
    },
    'versions of another user in each loop': {
      under: [
        cacheManager({ 'CacheManager.controlledByThread': true }),
        authManager(user),
        get('/p1'),
        get('/p2'),
      ],
      loops: 2,
      properties: { 'ThreadGroup.same_user_on_next_iteration': false },
      answers: { '/p1': [200, ['ETag', '"e1"']], '/p2': [200, ['ETag', '"e2"'], ['Vary', 'Authorization']] },
    },
    'a cookie of a path that redirects to another path': {
      under: [cookieManager([{ name: 'a', value: '1', path: '/q1' }]), get('/q1'), get('/q3')],
      answers: { '/q1': [302, set('b=2; path=/q3'), ['Location', '/q2']] },
    },
    'an assertion on the cookies of a request': {
      under: [
        assertion('Cookie Data:\na=1; b=2\n'),
        cookieManager([{ name: 'a', value: '1' }]),
        get('/r1', [], { 'HTTPSampler.follow_redirects': false }),
        get('/r2', [], { 'HTTPSampler.follow_redirects': false }),
        controller(assertion('[no cookies]')),
      ],
      answers: { '/r1': [200, set('b=2; path=/')] },
    },
    'a DNS cache manager without addresses': {
      under: [
        jmxElement(
          'DNSCacheManager',
          'Addresses',
          `<collectionProp name="DNSCacheManager.servers"/><collectionProp name="DNSCacheManager.hosts"/>${props({ 'DNSCacheManager.isCustomResolver': true, 'DNSCacheManager.clearEachIteration': true })}`,
        ),
        get('/s1'),
      ],
    },
  };
}

describeWith(['java', 'mvn'], 'managers of cookies, users and caches', () => {
  test('JMeter and blast send the same headers', { timeout: DEADLINE_MS }, async () => {
    const server = await startServer();
    const cases = Object.entries(casesFor(server.port));
    server.answers = new Map(cases.flatMap(([, { answers = {} }]) => Object.entries(answers)));
    const groups = cases.map(([name, { under, loops = 1, properties = {} }]) =>
      threadGroup({ name, loops, properties, under }),
    );
    const { jmeter, blast } = await runSideBySide(await tempFolder(), jmx(...groups), server.taken, [
      '--no-identity',
      '--allow-errors',
    ]);
    expect(blast.code, blast.output).toBe(0);
    for (const [index, [name]] of cases.entries()) {
      const letter = `/${String.fromCharCode('a'.charCodeAt(0) + index)}`;
      const seen = jmeter.seen.get(letter) ?? [];
      expect(seen.length, name).toBeGreaterThan(0);
      expect(blast.seen.get(letter), name).toEqual(seen);
      const rows = (all: typeof blast.rows) =>
        all.filter(({ threadName }) => threadName.startsWith(`${name} `));
      // JMeter writes the parts of a redirected sample too.
      const expected = rows(jmeter.rows).filter(({ label }) => !/-\d$/.test(label));
      expect(rows(blast.rows), name).toEqual(expected);
    }
  });
});

/** The headers that JMeter and blast write in different places, or with different values. */
const NOT_COMPARED = ['host', 'user-agent', 'content-length'];

/** Starts a server that records the headers of each request in their order, by the first letter of its path. */
async function startServer() {
  let recorded = new Map<string, string[][]>();
  const state = {
    answers: new Map<string, Answer>(),
    port: 0,
    taken: () => {
      const taken = recorded;
      recorded = new Map();
      return taken;
    },
  };
  const server = createServer((request, response) => {
    const { method, url = '', rawHeaders } = request;
    const headers = rawHeaders.flatMap((name, at) => {
      if (at % 2 === 1 || NOT_COMPARED.includes(name.toLowerCase())) return [];
      return [`${name.toLowerCase()}: ${rawHeaders[at + 1]}`];
    });
    const letter = url.slice(0, 2);
    recorded.set(letter, [...(recorded.get(letter) ?? []), [`${method} ${url}`, ...headers]]);
    const [status, ...answered] = state.answers.get(url) ?? [200];
    const names = [...new Set(answered.map(([name]) => name))];
    for (const name of names)
      response.setHeader(
        name,
        answered.flatMap(([other, value]) => (other === name ? [value] : [])),
      );
    response.statusCode = status;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  state.port = (server.address() as AddressInfo).port;
  return state;
}
