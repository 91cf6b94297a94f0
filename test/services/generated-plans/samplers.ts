import fc from 'fast-check';
import {
  collectionProp,
  elementProp,
  node,
  stringProp,
  type TreeNode,
} from '../../../src/jmeter/elements/tree.ts';
import type { XmlElement } from '../../../src/jmeter/elements/xml.ts';
import { headerManager } from './elements.ts';

const status = fc.constantFrom(200, 200, 200, 201, 204, 304, 400, 404, 500, 503, 301, 302, 303, 307, 308);

/** Parts of a path that URL parsers and JMeter's HTTP client may treat in different ways. */
const pathPart = fc.constantFrom(
  ...['a', '', '.', '..', 'a b', '%41', '%7e', '%2f', '%20', '%C3%A9', "it's", '(x)!*', 'a;v=1', 'a:b@c'],
  ...['a+b', '$1', 'a,b', '~', '${__threadNum}', '${count}', '${param}', '${two}', 'é'],
);
const query = fc.constantFrom(
  ...['', '', '', '?', '?a=b', '?a=b c', "?q='x'", '?q=[1]', '?q=é', '?q=%e9', '?a=1&a=2', '?q=${count}'],
  ...['?a?b', '?a/../b', '#part', '?a=b#part'],
);
const body = fc.constantFrom(
  ...['{"n": 1}', '{"n": ${count}, "t": "${__threadNum}"}', 'text ${word}', 'ñandú 🦤', 'a\\,b', ''],
  ...['${param}', '${fromProperty}', '[1,\n2]', 'a=b&c=d', '${__char(65)}${two}'],
);

const settings = fc.record({
  status,
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', ''),
  path: fc.array(pathPart, { maxLength: 3 }),
  query,
  isFullUrl: fc.boolean(),
  isFromDefaults: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  body: fc.option(body),
  isRaw: fc.boolean(),
  followsRedirects: fc.boolean(),
  keepAlive: fc.constantFrom('true', 'true', 'true', 'false', ''),
});

/** Returns the HTTP requests of a group. Their names tell in which group they are. */
export function samplers(
  group: number,
  port: number,
  headers: fc.Arbitrary<Record<string, string>>,
): fc.Arbitrary<TreeNode[]> {
  const one = fc.tuple(settings, fc.option(headers));
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((all) =>
      all.map(([each, own], index) =>
        node(
          'HTTPSamplerProxy',
          'HttpTestSampleGui',
          `Request ${group}.${index + 1}`,
          properties(each, port),
          [...(own === null ? [] : [headerManager(own)])],
        ),
      ),
    );
}

function properties(
  each: typeof settings extends fc.Arbitrary<infer T> ? T : never,
  port: number,
): XmlElement[] {
  const path = `/s${each.status}/${each.path.join('/')}${each.query}`;
  const url = each.isFullUrl ? `http://127.0.0.1:${port}${path}` : path;
  return [
    elementProp('HTTPsampler.Arguments', 'Arguments', [
      collectionProp('Arguments.arguments', each.body === null ? [] : [argument(each.body)]),
    ]),
    ...(each.isRaw ? [stringProp('HTTPSampler.postBodyRaw', 'true')] : []),
    stringProp('HTTPSampler.path', each.isFromDefaults ? '' : url),
    ...(each.method === '' ? [] : [stringProp('HTTPSampler.method', each.method)]),
    stringProp('HTTPSampler.follow_redirects', String(each.followsRedirects)),
    ...(each.keepAlive === '' ? [] : [stringProp('HTTPSampler.use_keepalive', each.keepAlive)]),
  ];
}

function argument(value: string): XmlElement {
  return elementProp('', 'HTTPArgument', [
    stringProp('HTTPArgument.always_encode', 'false'),
    stringProp('Argument.value', value),
    stringProp('Argument.metadata', '='),
  ]);
}
