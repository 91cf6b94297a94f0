import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CookieJar } from '../../src/blast/managers/cookie-jar.ts';
import { execute } from '../long/tools.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/** Tests that a cookie jar of qbl and JMeter's cookie manager send the same cookies. */

const DEADLINE_MS = 120_000;
const CASES = 5000;

const names = fc.constantFrom('a', 'a', 'b', 'c d', ' e', 'A', '$x', '"q"', 'é', '');
const values = fc.oneof(
  fc.constantFrom(
    '1',
    '2',
    '',
    'x y',
    ' z ',
    'a,b',
    '"q q"',
    '"q\\"q"',
    '"open',
    'a"b"c',
    'a=b',
    '\\',
    'é\t',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', ',', '=', '\t', '/'), maxLength: 6 }),
);
const hosts = fc.constantFrom('h', 'a.h', 'b.a.h', 'A.h', 'xa.h', '127.0.0.1', '1.127.0.0.1', '[::1]', 'h.');
const paths = fc.constantFrom('', '/', '/p', '/p/', '/p/q', '/pq', '//p', '/p%20q', '/p;x', '/p/q/');
const domains = fc.constantFrom(
  'h',
  '.h',
  'a.h',
  '.A.h',
  'H',
  '',
  ' ',
  '.',
  'h.',
  '127.0.0.1',
  '0.0.1',
  '::1',
  '..h',
);
const dates = fc.oneof(
  fc.constantFrom(
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Thu, 01 Jan 1970 00:00:01 GMT',
    'Wed, 21-Oct-65 07:28:00 GMT',
    'Wed, 21 Oct 2099 07:28:00 GMT',
    'Wed Oct 21 07:28:00 2099',
    '21 Oct 2099',
    '31 feb 2099 23:59:59',
    '32 Oct 2099 07:28:00',
    '1 Oct 1600 07:28:00',
    '7:8:9x 2y octo 99z',
    '7:8:9x 2y octo 69z',
    '1 Oct 199 07:28:00',
    '1 Oct 2099 24:28:00',
    'never',
    '',
    ' ',
  ),
  fc.string({
    unit: fc.constantFrom('1', '20', '99', ' ', '-', ':', ',', 'Oct', 'mar', '07:28:00', '2099', 'x', '|'),
    maxLength: 9,
  }),
);
const ages = fc.constantFrom('100', '-1', ' 5 ', '1x', '', ' ', '2147483648', '99999999999999999999', '+1');
const attributes = fc.oneof(
  paths.map((path) => `Path=${path}`),
  fc.constantFrom(
    'path',
    'Path=p',
    'PATH = "/p"',
    'path= ',
    'Secure',
    'secure=no',
    'HttpOnly',
    '',
    '=x',
    'x',
  ),
  domains.map((domain) => `Domain=${domain}`),
  fc.constantFrom('domain', 'domain=" h"'),
  dates.map((date) => `Expires=${date}`),
  ages.map((age) => `Max-Age=${age}`),
);
const setCookies = fc
  .tuple(
    names,
    fc.constantFrom('=', '=', '=', ' = ', '', ';'),
    values,
    fc.array(attributes, { maxLength: 4 }),
  )
  .map(([name, equals, value, all]) => [`${name}${equals}${value}`, ...all].join('; '));
const urls = fc
  .tuple(
    fc.constantFrom('http', 'http', 'https'),
    hosts,
    fc.constantFrom('', ':81'),
    paths,
    fc.constantFrom('', '?q=/x', '#f'),
  )
  .map((parts) => `${parts[0]}://${parts.slice(1).join('')}`);
const cookies = fc.record({
  name: fc.constantFrom('a', 'b'),
  value: values,
  domain: fc.oneof(domains, hosts),
  path: paths,
  secure: fc.boolean(),
  forSubdomains: fc.boolean(),
});
const cases = fc.record({
  initial: fc.array(cookies, { maxLength: 2 }),
  steps: fc.array(fc.record({ url: urls, setCookies: fc.array(setCookies, { maxLength: 3 }) }), {
    minLength: 2,
    maxLength: 5,
  }),
});

describeWith(['java', 'mvn'], 'cookies', () => {
  test('a cookie jar sends the cookies that JMeter sends', { timeout: DEADLINE_MS }, async () => {
    const folder = await tempFolder();
    const home = await jmeterHome();
    const seed = Date.now();
    const all = fc.sample(cases, { numRuns: CASES, seed });
    await writeFile(join(folder, 'cases.json'), JSON.stringify(all));
    const program = join(import.meta.dirname, 'java', 'CookieHeaders.java');
    const classPath = [join(home, 'lib', '*'), join(home, 'lib', 'ext', '*')].join(delimiter);
    const jvm = [
      ...SHORT_JVM,
      '-Dfile.encoding=UTF-8',
      '-Dorg.apache.logging.log4j.level=OFF',
      '-cp',
      classPath,
    ];
    await execute('java', [...jvm, program, home, 'cases.json', 'result.json'], folder);
    const expected = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
    for (const [index, { initial, steps }] of all.entries()) {
      const jar = new CookieJar(initial);
      const found = steps.map(({ url, setCookies }) => {
        for (const each of setCookies) jar.store(each, url, Date.now());
        return jar.headerFor(url);
      });
      expect(found, `seed ${seed}: ${JSON.stringify(all[index])}`).toEqual(expected[index]);
    }
  });
});
