import { describe, expect, it } from 'vitest';
import type { Request } from '../plan.ts';
import { headersOf } from '../template/headers.ts';
import { planOf, requestOf } from './testing/imported.ts';
import {
  counter,
  type HttpParameter,
  headerManager,
  httpArguments,
  httpDefaults,
  jmx,
  sampler,
  threadGroup,
} from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

/** The type that is sent with the body of a request. */
const typeOf = ({ bodyType }: Request) => bodyType;

type Properties = Readonly<Record<string, string | boolean>>;

/** Returns the text of a test plan whose only request has these parameters. */
const planWith = (parameters: readonly HttpParameter[], properties: Properties = {}, ...under: string[]) =>
  jmx(threadGroup({ under: [sampler({ parameters, properties, under })] }));

const sent = (method: string, parameters: readonly HttpParameter[], properties: Properties = {}): Request =>
  requestOf(planWith(parameters, { 'HTTPSampler.method': method, ...properties }));

const refused = (method: string, parameters: readonly HttpParameter[], properties: Properties = {}) =>
  refusalsOf(planWith(parameters, { 'HTTPSampler.method': method, ...properties }));

const encoded = (name: string, value: string): HttpParameter => ({ name, value, encode: true });

describe('the parameters of a request become', () => {
  const two = [encoded('a b', "1&2=é~*'()"), { name: 'c', value: '%26+' }];

  it.each(['GET', 'OPTIONS'])('a query with %s', (method) => {
    const request = sent(method, two);
    expect(request.url).toBe('http://localhost:3000/send?a+b=1%262%3D%C3%A9%7E*%27%28%29&c=%26+');
    expect([request.body, typeOf(request)]).toEqual([null, undefined]);
  });

  it.each(['POST', 'PUT', 'PATCH'])('a form with %s', (method) => {
    const request = sent(method, two);
    expect(request.url).toBe('http://localhost:3000/send');
    expect(request.body).toBe('a+b=1%262%3D%C3%A9%7E*%27%28%29&c=%26+');
    expect(typeOf(request)).toBe(FORM);
  });

  it('a query and a form with DELETE', () => {
    const { url, body } = sent('DELETE', [encoded('a', '1')]);
    expect({ url, body }).toEqual({ url: 'http://localhost:3000/send?a=1', body: 'a=1' });
  });

  it('nothing with HEAD, and nothing in the query of a full URL', () => {
    expect(sent('HEAD', two)).toMatchObject({ url: 'http://localhost:3000/send', body: null });
    const path = { 'HTTPSampler.path': 'http://other/x' };
    expect(sent('GET', two, path)).toMatchObject({ url: 'http://other/x', body: null });
  });

  it('a longer query if the path has a query', () => {
    const path = { 'HTTPSampler.path': '/x?y=1' };
    expect(sent('GET', [encoded('a', '1')], path).url).toBe('http://localhost:3000/x?y=1&a=1');
  });
});

describe('a query', () => {
  it('has the text of the metadata between name and value', () => {
    const parameters = [
      { name: 'a', metadata: '' },
      { name: 'b', metadata: ':', value: '1' },
    ];
    expect(sent('GET', parameters).url).toBe('http://localhost:3000/send?a&b:1');
  });

  it('leaves out parameters without a name, and keeps a name of spaces', () => {
    const parameters = [{ value: '1' }, encoded('a', '2'), encoded(' ', '3')];
    expect(sent('GET', parameters).url).toBe('http://localhost:3000/send?a=2&+=3');
  });
});

describe('a form', () => {
  it('decodes what the plan contains in encoded form, and encodes it again', () => {
    const parameters = [{ name: '%41~', value: 'x%20y%C3%A9é %2B' }];
    expect(sent('POST', parameters).body).toBe('A%7E=x+y%C3%A9%C3%A9+%2B');
  });

  it('leaves out parameters with a blank name, and always writes =', () => {
    expect(sent('POST', [{ name: ' ', value: '1' }, encoded('a', '')]).body).toBe('a=');
  });

  it('without parameters is an empty body', () => {
    const sentWith = (method: string) => [sent(method, []).body, typeOf(sent(method, []))];
    expect(sentWith('DELETE')).toEqual(['', FORM]);
    for (const method of ['POST', 'PUT', 'PATCH']) expect(sentWith(method)).toEqual([null, FORM]);
    expect(sentWith('GET')).toEqual([null, undefined]);
  });
});

describe('a body', () => {
  it('consists of the values if no parameter has a name', () => {
    const parameters = [{ value: '{"a":' }, { value: '1}' }, { value: ' +', encode: true }];
    for (const method of ['POST', 'DELETE', 'GET']) {
      const request = sent(method, parameters);
      expect([request.body, typeOf(request)]).toEqual(['{"a":1}+%2B', 'text/plain; charset=UTF-8']);
    }
    expect(sent('GET', parameters).url).toBe('http://localhost:3000/send');
  });

  it('is empty with GET if the plan asks for a body and has none', () => {
    expect(sent('GET', [], { 'HTTPSampler.postBodyRaw': true })).toMatchObject({ body: '' });
  });

  it('consists of the values of all parameters if the plan asks for that', () => {
    const raw = { 'HTTPSampler.postBodyRaw': true };
    const { url, body } = sent('GET', [encoded('a', 'x y'), { name: 'b', value: '+' }], raw);
    expect({ url, body }).toEqual({ url: 'http://localhost:3000/send?a=x+y&b=+', body: 'x+y+' });
  });

  it('is not sent with HEAD and OPTIONS', () => {
    for (const method of ['HEAD', 'OPTIONS'])
      expect(sent(method, [{ value: 'x' }])).toMatchObject({ body: null });
  });
});

it('variables are filled in after the parameters are encoded', () => {
  const parameters = [encoded('n${__threadNum}', '${__UUID} ${n}'), { name: 'm', value: '${n}%2C${__UUID}' }];
  const request = sampler({ parameters, properties: { 'HTTPSampler.method': 'DELETE' } });
  const group = threadGroup({ under: [request, counter({ name: 'n', start: 5, incr: 1, format: 'u_000' })] });
  const { url, body } = requestOf(jmx(group));
  expect(body).toBe('n${thread}=${uuid}+${n}&m=${n}%2C${uuid2}');
  expect(url).toBe(`http://localhost:3000/send?${body}`);
});

it('parameters of HTTP Request Defaults follow those of the request, the nearest first', () => {
  const defaults = (name: string, domain: string) =>
    httpDefaults(
      `<stringProp name="HTTPSampler.domain">${domain}</stringProp>${httpArguments([{ name, value: '1' }])}`,
    );
  const request = sampler({
    parameters: [{ name: 'a', value: '1' }],
    properties: { 'HTTPSampler.method': 'GET', 'HTTPSampler.domain': '' },
  });
  const group = threadGroup({ under: [request, defaults('b', 'near'), defaults('c', 'later')] });
  expect(requestOf(jmx(defaults('d', 'far'), group)).url).toBe('http://near:3000/send?a=1&b=1&c=1&d=1');
});

describe('a multipart body', () => {
  const multipart = { 'HTTPSampler.DO_MULTIPART_POST': true };
  const parameters = [
    { name: 'a"b\\', value: 'é ${__threadNum}' },
    { name: 'c', value: '{}', contentType: 'Application/JSON' },
    { value: 'left out' },
  ];
  const boundaryOf = (request: Request) =>
    /^multipart\/form-data; boundary=([\w-]{35}); charset=UTF-8$/.exec(typeOf(request) ?? '')?.[1];

  it('has one part for each parameter with a name', () => {
    const request = sent('POST', parameters, multipart);
    const lines = [
      ...[
        '--B',
        'Content-Disposition: form-data; name="a\\"b\\\\"',
        'Content-Type: text/plain; charset=UTF-8',
      ],
      ...['Content-Transfer-Encoding: 8bit', '', 'é ${thread}'],
      ...['--B', 'Content-Disposition: form-data; name="c"', 'Content-Type: application/json; charset=UTF-8'],
      ...['Content-Transfer-Encoding: 8bit', '', '{}', '--B--', ''],
    ];
    expect(request.body?.replaceAll(boundaryOf(request) ?? '?', 'B')).toBe(lines.join('\r\n'));
  });

  it('has only the names if it is for browsers', () => {
    const forBrowsers = { ...multipart, 'HTTPSampler.BROWSER_COMPATIBLE_MULTIPART': true };
    const request = sent('PUT', parameters.slice(1), forBrowsers);
    const lines = ['--B', 'Content-Disposition: form-data; name="c"', '', '{}', '--B--', ''];
    expect(request.body?.replaceAll(boundaryOf(request) ?? '?', 'B')).toBe(lines.join('\r\n'));
  });

  it('replaces the type that a header of the plan names', () => {
    const header = headerManager({ 'content-type': 'text/plain' });
    const request = requestOf(planWith(parameters, multipart, header));
    expect(boundaryOf(request)).toBeDefined();
    expect(headersOf(request)).toEqual([['Content-Type', request.bodyType]]);
  });

  it('is the same at each reading of the file, and has another boundary for other parts', () => {
    const text = planWith(parameters, multipart);
    expect(planOf(text)).toEqual(planOf(text));
    expect(boundaryOf(requestOf(text))).not.toBe(boundaryOf(sent('POST', parameters.slice(1), multipart)));
  });
});

describe('refuses', () => {
  const place = 'Test Plan › Users › Send:';

  it.each([
    ['GET', 'x y', 'parameters: a space in "?a=x y" is not supported: write %20'],
    ['GET', '100%', 'parameters: % without two hexadecimal digits in "?a=100%" is not supported: write %25'],
    ['POST', '100%', 'parameters: % without two hexadecimal digits in "100%" is not supported: write %25'],
    [
      'POST',
      '%4${__threadNum}',
      'parameters: % without two hexadecimal digits in "%4" is not supported: write %25',
    ],
  ])('a parameter that JMeter does not send: %s %s', (method, value, message) => {
    expect(refused(method, [{ name: 'a', value }])).toEqual([`${place} ${message}`]);
    expect(refused(method, [encoded('a', value)])).toEqual([]);
  });

  it('a counter whose values change when they are encoded', () => {
    const request = sampler({ parameters: [encoded('a', '${n}')] });
    const group = threadGroup({ under: [request, counter({ name: 'n', format: 'user 0' })] });
    expect(refusalsOf(jmx(group))).toEqual([
      `${place} the parameter a: a counter with the format "user 0" is not supported here`,
    ]);
  });

  it('another encoding, unless the request sends no parameter', () => {
    const encoding = { 'HTTPSampler.contentEncoding': 'latin1' };
    const message = `${place} HTTPSampler.contentEncoding=latin1 is not supported, only UTF-8`;
    expect(refused('GET', [{ name: 'a' }], encoding)).toEqual([message]);
    expect(refused('POST', [], encoding)).toEqual([message]);
    expect(refused('GET', [], encoding)).toEqual([]);
  });

  it('a part of a multipart body with parameters in its type', () => {
    const multipart = { 'HTTPSampler.DO_MULTIPART_POST': true };
    expect(refused('POST', [{ name: 'a', contentType: 'text/plain;charset=latin1' }], multipart)).toEqual([
      `${place} parameters: the content type "text/plain;charset=latin1" of a parameter is not supported`,
    ]);
  });

  it('a parameter of another class, and a name that changes', () => {
    expect(refusalsOf(planWith([encoded('${nothing}', 'a')]))).toEqual([
      `${place} the parameter \${nothing}: a name that changes while the test runs is not supported`,
    ]);
    expect(refusalsOf(planWith([encoded('a', '1')]).replace('"HTTPArgument"', '"Argument"'))).toEqual([
      `${place} HTTPsampler.Arguments: expected the elementType HTTPArgument, not Argument`,
    ]);
  });
});
