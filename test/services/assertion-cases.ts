/** Responses and assertions, for a comparison of JMeter and `qbl blast`. */

/** What the server answers. */
export interface Answer {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface AssertionCase {
  readonly name: string;
  readonly answer: Answer;
  /** The assertions of the request, as XML of a .jmx file. */
  readonly assertions: readonly string[];
  /** The body of the request. Without a body, the request is a GET. */
  readonly sent?: string;
  /** True if qbl describes the failure in words of its own. */
  readonly hasOwnText?: true;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xd;');
}

export function element(type: string, name: string, properties: string, under = ''): string {
  return `<${type} guiclass="${type}Gui" testclass="${type}" testname="${escaped(name)}" enabled="true">${properties}</${type}>\n<hashTree>${under}</hashTree>\n`;
}

export function text(name: string, value: string | number | boolean): string {
  return `<stringProp name="${name}">${escaped(String(value))}</stringProp>`;
}

export function flag(name: string, value: boolean): string {
  return `<boolProp name="${name}">${value}</boolProp>`;
}

export interface ResponseOptions {
  readonly field?: string;
  readonly type?: number;
  readonly message?: string;
  readonly assume?: boolean;
  readonly scope?: string;
}

export const MATCH = 1;
export const CONTAINS = 2;
export const NOT = 4;
export const EQUALS = 8;
export const SUBSTRING = 16;
export const OR = 32;

/** A Response Assertion. By default, a pattern must be in the body. */
export function response(patterns: readonly string[], options: ResponseOptions = {}): string {
  const { field = 'response_data', type = CONTAINS, message = '', assume = false, scope } = options;
  const strings = patterns.map((pattern, index) => text(String(index), pattern)).join('');
  return element(
    'ResponseAssertion',
    'Response Assertion',
    `<collectionProp name="Asserion.test_strings">${strings}</collectionProp>` +
      text('Assertion.custom_message', message) +
      text('Assertion.test_field', `Assertion.${field}`) +
      flag('Assertion.assume_success', assume) +
      `<intProp name="Assertion.test_type">${type}</intProp>` +
      (scope === undefined ? '' : text('Assertion.scope', scope)),
  );
}

export function size(measured: string, operator: number, bytes: number): string {
  return element(
    'SizeAssertion',
    'Size Assertion',
    text('Assertion.test_field', `SizeAssertion.${measured}`) +
      text('SizeAssertion.size', bytes) +
      `<intProp name="SizeAssertion.operator">${operator}</intProp>`,
  );
}

export function duration(mostMs: string | number): string {
  return element('DurationAssertion', 'Duration Assertion', text('DurationAssertion.duration', mostMs));
}

export interface JsonOptions {
  readonly expected?: string;
  readonly validates?: boolean;
  readonly acceptsNull?: boolean;
  readonly isInverted?: boolean;
  readonly isRegex?: boolean;
}

/** A JSON Assertion. With an expected value, the value at the path must be this value. */
export function json(path: string, options: JsonOptions = {}): string {
  const { expected, acceptsNull = false, isInverted = false, isRegex = false } = options;
  return element(
    'JSONPathAssertion',
    'JSON Assertion',
    text('JSON_PATH', path) +
      text('EXPECTED_VALUE', expected ?? '') +
      flag('JSONVALIDATION', options.validates ?? (expected !== undefined || acceptsNull)) +
      flag('EXPECT_NULL', acceptsNull) +
      flag('INVERT', isInverted) +
      flag('ISREGEX', isRegex),
  );
}

const of = (name: string, answer: Answer | string, ...assertions: string[]): AssertionCase => ({
  name,
  answer: typeof answer === 'string' ? { body: answer } : answer,
  assertions,
});

const OK = '{"status":"ok","id":7}';

const RESPONSES: readonly AssertionCase[] = [
  of('substring passes', OK, response(['"ok"'], { type: SUBSTRING })),
  of('substring fails', OK, response(['"bad"'], { type: SUBSTRING })),
  of('not substring fails', OK, response(['ok'], { type: SUBSTRING | NOT })),
  of('equals passes', OK, response([OK], { type: EQUALS })),
  of('equals fails in the middle', OK, response(['{"status":"no","id":7}'], { type: EQUALS })),
  of('equals fails at the start', 'abc', response(['xbc'], { type: EQUALS })),
  of('equals fails at the end', 'abc', response(['abcdef'], { type: EQUALS })),
  of(
    'equals fails with long texts',
    `${'a'.repeat(300)}X${'b'.repeat(300)}`,
    response([`${'a'.repeat(300)}${'y'.repeat(150)}${'b'.repeat(300)}`], { type: EQUALS }),
  ),
  of('matches', OK, response(['.*"ok".*'], { type: MATCH })),
  of('does not match', OK, response(['"ok"'], { type: MATCH })),
  of('not matches fails', OK, response(['.*'], { type: MATCH | NOT })),
  of('or of expressions', OK, response(['no.*', 'x'], { type: MATCH | OR })),
  of('contains fails', OK, response(['^ok'])),
  of('gzip', { headers: { 'Content-Encoding': 'gzip' }, body: OK }, response([OK], { type: EQUALS })),
  of('not equals fails', 'abc', response(['abc'], { type: EQUALS | NOT })),
  of('or passes', OK, response(['no', 'ok'], { type: SUBSTRING | OR })),
  of('or fails', OK, response(['no', 'none'], { type: SUBSTRING | OR })),
  of('or with not', OK, response(['ok', 'id'], { type: SUBSTRING | OR | NOT })),
  of('or of equals fails', 'a', response(['b', 'c'], { type: EQUALS | OR })),
  of('or without patterns', OK, response([], { type: SUBSTRING | OR })),
  of('no patterns', OK, response([], { type: SUBSTRING })),
  of('own message', OK, response(['no'], { type: SUBSTRING, message: 'not "ok", <b>' })),
  of('own message with or', OK, response(['no'], { type: SUBSTRING | OR, message: 'mine' })),
  of('several patterns', OK, response(['ok', 'no', 'none'], { type: SUBSTRING })),
  of('test type 0', OK, response(['ok'], { type: 0 })),
  of('code', { status: 201, body: OK }, response(['201'], { field: 'response_code', type: EQUALS })),
  of('wrong code', { status: 202, body: OK }, response(['200'], { field: 'response_code', type: EQUALS })),
  of(
    'code of an error',
    { status: 404, body: OK },
    response(['404'], { field: 'response_code', type: EQUALS }),
  ),
  of(
    'code of an assumed success',
    { status: 404, body: OK },
    response(['404'], { field: 'response_code', type: EQUALS, assume: true }),
  ),
  of(
    'assumed success after a failure',
    OK,
    response(['no'], { type: SUBSTRING }),
    response(['ok'], { type: SUBSTRING, assume: true }),
  ),
  of(
    'assumed success before a failure',
    { status: 500, body: OK },
    response(['ok'], { assume: true }),
    response(['no'], { type: SUBSTRING }),
  ),
  of('two failures', OK, response(['no'], { type: SUBSTRING }), response(['none'], { type: SUBSTRING })),
  of(
    'message',
    { status: 200, reason: 'Fine', body: OK },
    response(['OK'], { field: 'response_message', type: EQUALS }),
  ),
  of(
    'headers',
    { headers: { 'X-Own': 'yes' }, body: OK },
    response(['HTTP/1\\.1 200 OK\\nX-Own: yes'], { field: 'response_headers' }),
  ),
  of(
    'wrong headers',
    { headers: { 'X-Own': 'yes' }, body: OK },
    response(['X-Own: no'], { field: 'response_headers', type: SUBSTRING }),
  ),
  of('URL', OK, response(['localhost'], { field: 'sample_label', type: SUBSTRING | NOT })),
  of('unknown field', OK, response(['/answers/'], { field: 'unknown', type: SUBSTRING })),
  of('empty body', '', response(['a'], { type: SUBSTRING })),
  of('empty body with not', '', response(['a'], { type: SUBSTRING | NOT })),
  of('scope all', OK, response(['no'], { type: SUBSTRING, scope: 'all' })),
  of('scope children', OK, response(['no'], { type: SUBSTRING, scope: 'children' })),
  of('empty scope', OK, response(['no'], { type: SUBSTRING, scope: '' })),
  of('UTF-8', 'ñandú – 語', response(['ñandú – 語'], { type: EQUALS })),
  of(
    'ISO 8859-1',
    {
      headers: { 'Content-Type': 'text/plain; charset=ISO-8859-1' },
      body: Buffer.from('caf\u00e9 \u0080', 'latin1'),
    },
    response(['caf\u00e9 \u0080'], { type: EQUALS }),
  ),
  of(
    'charset of HTML',
    {
      headers: { 'Content-Type': 'text/html' },
      body: Buffer.from(
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">é',
        'latin1',
      ),
    },
    response(['é$']),
  ),
  of(
    'quoted charset',
    {
      headers: { 'Content-Type': 'text/plain; charset="iso-8859-1"; x=y' },
      body: Buffer.from('é', 'latin1'),
    },
    response(['é'], { type: EQUALS }),
  ),
  of(
    'unknown charset',
    { headers: { 'Content-Type': 'text/plain; charset=nothing' }, body: 'é' },
    response(['é'], { type: EQUALS }),
  ),
  {
    ...of('request data', OK, response(['{"sent":1}\n'], { field: 'request_data', type: SUBSTRING })),
    sent: '{"sent":1}',
  },
  {
    ...of('wrong request data', OK, response(['nothing'], { field: 'request_data', type: SUBSTRING })),
    sent: '{"sent":1}',
  },
  of(
    'request data of a GET',
    OK,
    response(['^GET http://.*\\n\\nGET data:\\n\\n\\n\\[no cookies\\]\\n$'], { field: 'request_data' }),
  ),
  of('request headers', OK, response(['(?i)host: localhost:\\d+\n'], { field: 'request_headers' })),
];

const FIGURES: readonly AssertionCase[] = [
  of('size of the body', 'a'.repeat(1500), size('response_data', 1, 1500)),
  ...[1, 2, 3, 4, 5, 6].flatMap((operator) =>
    [1499, 1500, 1501].map((bytes) =>
      of(`size, operator ${operator}, ${bytes}`, 'a'.repeat(1500), size('response_data', operator, bytes)),
    ),
  ),
  of('size of the code', OK, size('response_code', 1, 4)),
  of('size of the message', OK, size('response_message', 1, 3)),
  of('size of the headers', OK, size('response_headers', 1, 0)),
  of('size of the response', OK, size('response_network_size', 1, 0)),
  of(
    'size of a chunked body',
    { headers: { 'Transfer-Encoding': 'chunked' }, body: OK },
    size('response_data', 1, 0),
  ),
  of('long enough', OK, duration(60_000)),
  of('any duration', OK, duration(0)),
  of('no duration', OK, duration('')),
];

const DOCUMENT =
  '{"id":7,"price":1.50,"big":12345678901234567890,"tiny":0.0005,"name":"Ana","url":"http://x/y","none":null,"yes":true,' +
  '"list":[1,2,3],"empty":[],"items":[{"id":1,"kind":"a"},{"id":2,"kind":"b","n":{"id":3}}],"o":{"a":{"b":"deep"}}}';

const PATHS = [
  '$',
  '$.id',
  '$.price',
  '$.none',
  '$.nothing',
  '$.nothing.more',
  '$.id.more',
  '$.none.more',
  '$.o.a.b',
  "$['o']['a']['b']",
  '$["name"]',
  '$.list',
  '$.list[0]',
  '$.list[-1]',
  '$.list[9]',
  '$.list[0].x',
  '$.id[0]',
  '$.none[0]',
  '$.o[0]',
  '$.list[0:2]',
  '$.list[1:]',
  '$.list[:2]',
  '$.list[-2:]',
  '$.list[:-1]',
  '$.list[*]',
  '$.empty',
  '$.empty[*]',
  '$.nothing[*]',
  '$.id[*]',
  '$.items[*].id',
  '$.items[*].n.id',
  '$.items.*',
  '$.o.*',
  '$..id',
  '$..nothing',
  '$..a.b',
  '$..items[0].id',
  '$..items[*].kind',
  "$.items[?(@.kind=='b')].id",
  "$.items[?(@.kind=='z')].id",
  '$.items[?(@.id>1)].kind',
  '$.items[?(@.id >= 1 && @.kind == "a")]',
  '$.items[?(@.id<1||@.n)]',
  '$.items[?(@.n.id==3)]',
  '$.items[?(@.x!=1)].id',
  "$.items[?(@.id=='2')].id",
  '$.items[?(@.kind==null)]',
  "$.list[?(@.x=='a')]",
  "$.id[?(@.x=='a')]",
  '$.o[?(@.a)]',
  'id',
  '.id',
  'o.a.b',
  '$.items[0]',
  '$.items',
];

const EXPECTED: readonly (readonly [string, string])[] = [
  ['$.id', '7'],
  ['$.id', '8'],
  ['$.id', '7.0'],
  ['$.id', '"7"'],
  ['$.price', '1.5'],
  ['$.price', '1.50'],
  ['$.big', '12345678901234567890'],
  ['$.tiny', '0.0005'],
  ['$.name', 'Ana'],
  ['$.name', '"Ana"'],
  ['$.name', 'Bea'],
  ['$.none', 'null'],
  ['$.none', ''],
  ['$.yes', 'true'],
  ['$.yes', 'false'],
  ['$.list', '2'],
  ['$.list', '9'],
  ['$.list', '[1,2,3]'],
  ['$.list', '[1,2]'],
  ['$.empty', '[]'],
  ['$.empty', 'x'],
  ['$.o', '{"a":{"b":"deep"}}'],
  ['$.o', '{"a":1}'],
  ['$..id', '3'],
  ['$..id', '33'],
  ['$.url', 'http://x/y'],
  ['$.items', 'no'],
  ['$.price', 'no'],
  ['$.tiny', 'no'],
  ['$.big', 'no'],
  ['$.url', 'no'],
  ['$.nothing', '1'],
  ['$..nothing', '[]'],
];

const REGEXES: readonly (readonly [string, string])[] = [
  ['$.id', '\\d'],
  ['$.id', '\\d\\d'],
  ['$.price', '1\\.5'],
  ['$.tiny', '0\\.0005'],
  ['$.name', 'A.*'],
  ['$.name', 'n'],
  ['$.none', 'null'],
  ['$.list', '2'],
  ['$.list', '\\[.*'],
  ['$.list', 'x'],
  ['$.o', '\\{"a":.*'],
  ['$.o', 'x'],
  ['$.items', 'x'],
  ['$.big', '1.*0'],
  ['$.url', 'http.*'],
];

/** Java reads these numbers as infinite. */
const INFINITE = '{"max":1e400,"least":-1e400,"list":[1e999]}';

const JSONS: readonly AssertionCase[] = [
  ...PATHS.map((path) => of(`JSON path ${path}`, DOCUMENT, json(path))),
  ...PATHS.map((path) => of(`no JSON path ${path}`, DOCUMENT, json(path, { isInverted: true }))),
  ...EXPECTED.map(([path, expected]) =>
    of(`JSON ${path} is ${expected}`, DOCUMENT, json(path, { expected })),
  ),
  ...REGEXES.map(([path, expected]) =>
    of(`JSON ${path} matches ${expected}`, DOCUMENT, json(path, { expected, isRegex: true })),
  ),
  of('JSON null', DOCUMENT, json('$.none', { acceptsNull: true })),
  of('JSON not null', DOCUMENT, json('$.o', { acceptsNull: true })),
  of('JSON null or a text', DOCUMENT, json('$.name', { acceptsNull: true, expected: 'Ana' })),
  of('JSON inverted null', DOCUMENT, json('$.none', { acceptsNull: true, isInverted: true })),
  of('JSON inverted text', DOCUMENT, json('$.name', { expected: 'Ana', isInverted: true })),
  of('JSON inverted other text', DOCUMENT, json('$.name', { expected: 'Bea', isInverted: true })),
  ...['$.max', '$.least', '$.list', '$'].map((path) =>
    of(`JSON ${path} of infinite numbers`, INFINITE, json(path, { expected: '0.0', isRegex: true })),
  ),
  ...[3, 12, 13, 40].map((size) => {
    const names = Array.from({ length: size }, (_, n) => `"${'né'.repeat(n % 5)}key ${n * n}":{"z":1,"a":2}`);
    return of(`JSON object with ${size} members`, `{${names.join()}}`, json('$', { expected: 'x' }));
  }),
  of('JSON infinite', INFINITE, json('$.max', { expected: '∞' })),
  of('JSON of an empty body', '', json('$.id')),
  of('JSON of a page', '<html>no</html>', json('$.id')),
  of('JSON of a text', ' plain text ', json('$', { expected: 'plain text' })),
  of('a passed JSON assertion hides a text', DOCUMENT, json('$.id'), response(['no'], { type: SUBSTRING })),
  of('a repeated name', '{"a":1,"a":2}', json('$.a', { expected: '2' })),
];

const TEXTS =
  '{"letters":"12abc","zeros":"007","seven":7,"date":"2024-01-01","blank":"","quoted":"\'Ana\'","ana":"Ana","spaced":"a b",' +
  '"map":{"a":1},"none":null,"true":"true","negative":-5,"thousand":1e3,"hundred":100.0,"tiny":1e-7,' +
  '"digits":1.2345678901234567890,"list":[1.0,1e10,"a/b",{"x":null}],"nested":{"a":[1.5,"é\\u0001"],"b":true}}';

/** Values, and texts that JMeter reads as the same or another value. */
const READ_TEXTS: readonly (readonly [string, string])[] = [
  ['letters', '12abc'],
  ['zeros', '007'],
  ['seven', '007'],
  ['seven', '+7'],
  ['seven', '7 '],
  ['date', '2024-01-01'],
  ['blank', ''],
  ['blank', ' '],
  ['blank', '""'],
  ['none', ''],
  ['none', ' '],
  ['quoted', "'Ana'"],
  ['ana', "'Ana'"],
  ['ana', '"Ana'],
  ['ana', 'Ana"'],
  ['ana', 'n'],
  ['ana', '[Ana]'],
  ['spaced', 'a b'],
  ['spaced', ' a b '],
  ['map', "{'a':1}"],
  ['map', '{a:1}'],
  ['map', '{"a":1}x'],
  ['map', '{"a":1'],
  ['true', 'true'],
  ['true', 't'],
  ['negative', '-5'],
  ['thousand', '1000.0'],
  ['thousand', '1e3'],
  ['thousand', '1000'],
  ['thousand', 'x'],
  ['hundred', '100.0'],
  ['hundred', '1e2'],
  ['hundred', 'x'],
  ['tiny', 'x'],
  ['digits', 'x'],
  ['digits', '1.2345678901234567890'],
  ['list', 'x'],
  ['nested', 'x'],
];

/** Bodies that JMeter reads although they are not JSON. */
const LENIENT_BODIES = [
  "{'a':1}",
  '{a:1}',
  '{"a":1,}',
  '[1,]',
  '{"a":01}',
  'nothing{',
  '12abc',
  '{"a":1}x',
  '{"a":1}\n{"b":2}',
  '{"a":tru}',
  '{"a":"x\ny"}',
  '<',
  '- a',
  '1 2',
  '\ufeff{"a":1}',
  '{"a":+1}',
  '{"a":.5}',
  '{"a":1}}',
  '{"a":b c}',
  '{"a":"\\q"}',
  ',',
];

/** Bodies that JMeter cannot read. The text of the failure is JMeter's own. */
const BROKEN_BODIES = ['"abc', '{"a":', '{"a":1', '{"a" 1}', '[', '{"a":"\\u12"}', ':x', '}', ']x'];

const LENIENT: readonly AssertionCase[] = [
  ...READ_TEXTS.map(([name, expected]) =>
    of(`${name} is ${expected}`, TEXTS, json(`$.${name}`, { expected })),
  ),
  ...LENIENT_BODIES.flatMap((body) => [
    of(`property of ${body}`, body, json('$.a')),
    of(`whole ${body}`, body, json('$', { expected: 'other' })),
  ]),
  ...BROKEN_BODIES.map((body) => ({ ...of(`broken ${body}`, body, json('$.a')), hasOwnText: true as const })),
];

export const CASES = [...RESPONSES, ...FIGURES, ...JSONS, ...LENIENT];
