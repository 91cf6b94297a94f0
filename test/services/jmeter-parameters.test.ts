import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import {
  type HttpParameter,
  headerManager,
  httpArguments,
  httpDefaults,
  jmx,
  sampler,
  threadGroup,
  variables,
} from '../../src/plan/jmx/testing/jmx.ts';
import { refusalsOf } from '../../src/plan/jmx/testing/refusals.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { type RecordedRequest, startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/** Tests that JMeter and blast send the same parameters of HTTP requests, byte for byte. */

const DEADLINE_MS = 120_000;
const CASES = 400;
/** The largest number of requests that a thread group can have. */
const PER_GROUP = 100;
const IDENTITY_HEADER = 'qbl-id';

/** Refusals of requests that JMeter can send. */
const SENT_BY_JMETER = /a name that changes while the test runs/;

/** A request whose parameters are compared. */
interface Case {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly HttpParameter[];
  readonly properties: Readonly<Record<string, boolean>>;
  /** Type that a header manager of the plan sets. Null if there is no header manager. */
  readonly contentType: string | null;
}

/** Variables and functions whose values only the thread knows. */
const AT_RUN_TIME = ['${word}', '${nothing}', '${__V(nothing,ü b+%20)}', '${__V(wo${__char(0x72)}d)}'];

/** Characters and texts with a special meaning in URLs, forms, XML or JMeter's language. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'Z',
    '0',
    ' ',
    '  ',
    '+',
    '%20',
    '%2B',
    '%c3%a9',
    '%E9',
    '%',
    '&',
    '=',
    '?',
    '/',
    ':',
    ';',
    '@',
    ',',
  ],
  ...[
    "'",
    '"',
    '<',
    '>',
    '\\',
    '|',
    '~',
    '*',
    '(',
    ')',
    '!',
    '-',
    '.',
    '_',
    '[',
    ']',
    ' {',
    '}',
    '$',
    '^',
    '`',
  ],
  ...['é', 'ñ', '漢', '😀', '\u00a0', '\u2003', '\t', '\n', '#', '${__threadNum}', '\\,', '\\$', 'name'],
  ...AT_RUN_TIME,
);
/** Texts without characters that JMeter does not send if it does not encode them. */
const plainPieces = fc.constantFrom(
  'a',
  'Z',
  '0',
  '+',
  '%20',
  '%2B',
  '%c3%a9',
  '-',
  '.',
  '_',
  'é',
  '漢',
  '${__threadNum}',
  ...AT_RUN_TIME,
);
const text = fc.oneof(
  fc.string({ unit: pieces, maxLength: 6 }),
  fc.string({ unit: plainPieces, maxLength: 6 }),
);
const parameter: fc.Arbitrary<HttpParameter> = fc.record({
  name: fc.oneof({ arbitrary: fc.constant(''), weight: 1 }, { arbitrary: text, weight: 4 }),
  value: text,
  encode: fc.boolean(),
  metadata: fc.constantFrom('=', '=', '=', '', ':'),
});
const nameless = parameter.map((each) => ({ ...each, name: '' }));
const cases: fc.Arbitrary<Case> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
  path: fc.constantFrom('', '?q=1', '?q=1&r'),
  parameters: fc.oneof(
    fc.array(parameter, { maxLength: 4 }),
    fc.array(nameless, { minLength: 1, maxLength: 2 }),
  ),
  properties: fc.record({
    'HTTPSampler.postBodyRaw': fc.constantFrom(false, false, false, true),
    'HTTPSampler.DO_MULTIPART_POST': fc.constantFrom(false, false, false, true),
    'HTTPSampler.BROWSER_COMPATIBLE_MULTIPART': fc.boolean(),
  }),
  contentType: fc.constantFrom(null, null, 'application/json'),
});

/** What the server saw of a request. */
interface Seen {
  readonly line: string;
  readonly contentType: string | null;
  readonly contentLength: string | null;
  readonly body: string;
}

describeWith(['java', 'mvn'], 'parameters of HTTP requests', () => {
  let home: string;
  beforeAll(async () => {
    home = await jmeterHome();
  });

  test('JMeter and blast send the same query, body and type, or blast refuses what JMeter cannot send', {
    timeout: DEADLINE_MS,
  }, async () => {
    const folder = await tempFolder();
    const seed = Date.now();
    const all = fc.sample(cases, { numRuns: CASES, seed });
    const server = await startRecordingServer();
    const texts = all.map((each, index) => requestText(each, index, server.port));
    const accepted = texts.filter((each) => refusalsOf(planOf([each])).length === 0);
    expect(accepted.length).toBeGreaterThan(CASES / 3);

    await writeFile(join(folder, 'all.jmx'), planOf(texts));
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    await execute('java', [...SHORT_JVM, '-jar', jar, '-n', '-t', 'all.jmx', '-j', 'jmeter.log'], folder);
    const byJMeter = byNumber(server.taken());

    await writeFile(join(folder, 'accepted.jmx'), planOf(accepted));
    const args = ['blast', '--plan', 'accepted.jmx', '--identity', `header:${IDENTITY_HEADER}`];
    const ended = await qbl(args, { folder, deadlineMs: DEADLINE_MS });
    const byBlast = byNumber(server.taken());
    expect(ended.code, ended.stderr).toBe(byBlast.size < accepted.length ? 1 : 0);

    for (const [index, each] of all.entries()) {
      const refusals = refusalsOf(planOf([texts[index] ?? '']));
      if (refusals.some((refusal) => SENT_BY_JMETER.test(refusal))) continue;
      const shown = `seed ${seed}: ${JSON.stringify(each)}: ${refusals}`;
      expect(byBlast.get(index), shown).toEqual(byJMeter.get(index));
    }
  });

  test('parameters and settings of HTTP Request Defaults', { timeout: DEADLINE_MS }, async () => {
    const folder = await tempFolder();
    const server = await startRecordingServer();
    const defaults = (name: string, path: string) =>
      httpDefaults(
        `<stringProp name="HTTPSampler.path">${path}</stringProp>${httpArguments([{ name, value: 'x y', encode: true }])}`,
      );
    const request = (name: string, method: string) =>
      sampler({
        name,
        parameters: [{ name: 'own', value: '1' }],
        properties: { ...addressOf(server.port), 'HTTPSampler.path': '', 'HTTPSampler.method': method },
        under: [defaults(`in-${name}`, '')],
      });
    const group = threadGroup({
      under: [request('One', 'GET'), request('Two', 'POST'), defaults('b', '/0'), defaults('c', '/1')],
    });
    await writeFile(join(folder, 'plan.jmx'), jmx(defaults('d', '/2'), group));
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    await execute('java', [...SHORT_JVM, '-jar', jar, '-n', '-t', 'plan.jmx', '-j', 'jmeter.log'], folder);
    const byJMeter = server.taken().map(seenOf);
    const ended = await qbl(['blast', '--plan', 'plan.jmx', '--no-identity'], {
      folder,
      deadlineMs: DEADLINE_MS,
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(byJMeter).toHaveLength(2);
    expect(server.taken().map(seenOf)).toEqual(byJMeter);
  });
});

function addressOf(port: number) {
  return { 'HTTPSampler.domain': '127.0.0.1', 'HTTPSampler.port': port };
}

/** Returns the request of a case as a part of a test plan. Its path names the case. */
function requestText(each: Case, index: number, port: number): string {
  const path = `/${index}${each.path.replaceAll('&', '&amp;')}`;
  return sampler({
    name: `Request ${index}`,
    parameters: each.parameters,
    properties: {
      ...addressOf(port),
      'HTTPSampler.path': path,
      'HTTPSampler.method': each.method,
      ...each.properties,
    },
    under: each.contentType === null ? [] : [headerManager({ 'Content-Type': each.contentType })],
  });
}

/** Returns a test plan with these requests, in as many thread groups as they need. */
function planOf(requests: readonly string[]): string {
  const groups: string[] = [];
  for (let at = 0; at < requests.length; at += PER_GROUP)
    groups.push(threadGroup({ name: `Group ${at}`, under: requests.slice(at, at + PER_GROUP) }));
  return jmx(variables({ word: 'å+ %41' }), ...groups);
}

/** Returns what the server saw, by the number in the path of each request. */
function byNumber(requests: readonly RecordedRequest[]): ReadonlyMap<number, Seen> {
  return new Map(requests.map((each) => [Number(/ \/(\d+)/.exec(each.line)?.[1]), seenOf(each)]));
}

/** Replaces the boundary between the parts of a body, because this text is random in JMeter. */
function seenOf({ line, headers, body }: RecordedRequest): Seen {
  const contentType = headers['content-type'] ?? null;
  const boundary = /boundary=([\w-]{30,40})(?:;|$)/.exec(contentType ?? '')?.[1];
  const replaced = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'));
  return {
    line,
    contentType: contentType === null ? null : replaced(contentType),
    contentLength: boundary === undefined ? (headers['content-length'] ?? null) : 'of parts',
    body: replaced(body.toString('latin1')),
  };
}
