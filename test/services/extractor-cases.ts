import { escapedXml, jmxElement, props } from '../../src/plan/jmx/testing/jmx.ts';
import type { Respond } from '../support/recording-server.ts';

/** A request whose response an extractor reads, and the variables that the next request then shows. */
export interface ExtractorCase {
  readonly path: string;
  readonly extractors: readonly string[];
  /** Names of variables. */
  readonly shown: readonly string[];
  readonly follows?: boolean;
}

type Values = Readonly<Record<string, string | number | boolean>>;

function element(type: string, prefix: string, values: Values): string {
  const entries = Object.entries(values).map(([name, value]) => [
    name.includes('.') ? name : `${prefix}.${name}`,
    escapedXml(String(value)),
  ]);
  return jmxElement(type, type, props(Object.fromEntries(entries)));
}

export const jsonExtractor = (values: Values): string =>
  element('JSONPostProcessor', 'JSONPostProcessor', values);
export const regexExtractor = (values: Values): string => element('RegexExtractor', 'RegexExtractor', values);
export const boundaryExtractor = (values: Values): string =>
  element('BoundaryExtractor', 'BoundaryExtractor', values);

const json = (path: string, referenceNames: string, jsonPathExprs: string, values: Values = {}) => ({
  path,
  extractors: [
    jsonExtractor({ referenceNames, jsonPathExprs, match_numbers: '', defaultValues: 'none', ...values }),
  ],
  shown: referenceNames
    .split(';')
    .map((name) => name.trim())
    .flatMap((name) => [name, `${name}_matchNr`, `${name}_ALL`, `${name}_1`, `${name}_2`, `${name}_3`]),
});

const regex = (path: string, refname: string, expression: string, values: Values = {}) => ({
  path,
  extractors: [
    regexExtractor({ refname, regex: expression, template: '$1$', match_number: 1, default: '', ...values }),
  ],
  shown: ['', '_g', '_g0', '_g1', '_g2', '_matchNr', '_1', '_1_g', '_1_g1', '_2', '_2_g0', '_3', '_3_g1'].map(
    (end) => refname + end,
  ),
});

const boundary = (
  path: string,
  refname: string,
  lboundary: string,
  rboundary: string,
  values: Values = {},
) => ({
  path,
  extractors: [boundaryExtractor({ refname, lboundary, rboundary, match_number: 1, default: '', ...values })],
  shown: ['', '_matchNr', '_1', '_2', '_3', '_4'].map((end) => refname + end),
});

const all = { match_numbers: -1, compute_concat: true };

export const EXTRACTOR_CASES: readonly ExtractorCase[] = [
  json('/json', 'id', '$.id'),
  json('/json', 'bare', 'token'),
  json('/json', 'nil', '$.nil'),
  json('/json', 'big', '$.big'),
  json('/json', 'double', '$.double'),
  json('/json', 'object', '$.object'),
  json('/json', 'array', '$.array'),
  json('/json', 'missing', '$.x.y'),
  json('/json', 'leaf', '$.x', all),
  json('/json', 'one', '$.id', all),
  json('/json', 'ids', '$.list[*].id', all),
  json('/json', 'second', '$.list[*].id', { match_numbers: 2 }),
  json('/json', 'ninth', '$.list[*].id', { match_numbers: 9 }),
  json('/json', 'none', '$.list[?(@.n>99)].id', { match_numbers: 0 }),
  json('/json', 'filter', '$..list[?(@.n==2)].id', { match_numbers: 1 }),
  json('/json', ' two ;three;four', '$.id; $.nil ;$.list[*].n', {
    match_numbers: '1; 0;-1',
    defaultValues: 'd2;d3;d4',
  }),
  json('/changing?loop=${__counter(TRUE)}', 'changing', '$[*]', all),
  json('/empty', 'onEmpty', '$.id'),
  json('/bad', 'onBad', '$.id', all),
  json('/text', 'onText', '$.id', all),
  json('/status/404', 'onFailure', '$.id'),
  json('/refused', 'onRefused', '$.id', all),
  { ...json('/redirect', 'afterRedirect', '$.path', all), follows: true },
  {
    ...json('/redirect', 'allRedirects', '$.path', { ...all, 'Sample.scope': 'all' }),
    follows: true,
  },
  json('/json', 'noScope', '$.id', { 'Sample.scope': 'all' }),

  regex('/html', 'link', 'href="([^"]+)">(\\w+)', { template: '$1$ and $2$ of $0$, not $9$ $' }),
  regex('/html', 'unescaped', 'href="([^"]+)">([^<]+)<', { useHeaders: 'unescaped', template: '$1$$2$' }),
  regex('/html', 'secondLink', 'href="([^"]+)"', { match_number: 2 }),
  regex('/html', 'fifthLink', 'href="([^"]+)"', { match_number: 5, default: 'no link' }),
  regex('/html', 'allLinks', 'href="([^"]+)"', { match_number: -1 }),
  regex('/html', 'greedy', '"(.+)"'),
  regex('/html', 'alternative', '(?:(href)|(class))=', { match_number: -1, template: '$1$$2$' }),
  regex('/html', 'anything', '(.*)', { match_number: -1 }),
  regex('/html', 'lines', '(?m)^(.)', { match_number: -1 }),
  regex('/html', 'nothing', 'zzz(.)', { default_empty_value: true }),
  regex('/html', 'kept', 'zzz(.)'),
  regex('/changing?loop=${__counter(TRUE)}', 'changingWords', '"(\\w)\\w"', { match_number: -1 }),
  regex('/changing?loop=${__counter(TRUE)}', 'oneWord', '"(\\w)c"', { default: 'd' }),
  regex('/empty', 'empty', '(.*)', { match_number: -1 }),
  regex('/html', 'header', 'X-Token: (\\S+)', { useHeaders: 'true' }),
  regex('/html', 'code', '(\\d+)', { useHeaders: 'code' }),
  regex('/html', 'message', '(.+)', { useHeaders: 'message' }),
  regex('/html?a=7', 'url', 'html\\?a=(\\d)', { useHeaders: 'URL' }),
  regex('/refused', 'exception', '^([\\w.]+)'),
  {
    ...regex('/redirect', 'location', 'Location: (.+)', { useHeaders: 'true', default: '-' }),
    follows: true,
  },
  {
    ...regex('/redirect', 'locations', 'Location: (.+)', {
      useHeaders: 'true',
      match_number: -1,
      'Sample.scope': 'all',
    }),
    follows: true,
  },

  boundary('/html', 'between', 'href="', '"'),
  boundary('/html', 'allBetween', 'href="', '"', { match_number: -1 }),
  boundary('/html', 'thirdBetween', 'href="', '"', { match_number: 3, default: 'none' }),
  boundary('/html', 'start', '', '<a'),
  boundary('/html', 'rest', 'class=', ''),
  boundary('/html', 'whole', '', '', { match_number: -1 }),
  boundary('/html', 'noEnd', 'href="', 'zzz', { match_number: -1 }),
  boundary('/empty', 'blank', '', '', { default: 'b' }),
  boundary('/changing?loop=${__counter(TRUE)}', 'changingBetween', '"', '"', { match_number: -1 }),
  boundary('/html', 'headerBetween', 'X-Token: ', '\n', { useHeaders: 'true' }),

  {
    path: '/json',
    extractors: [
      regexExtractor({ refname: 'twice', regex: '"id":(\\d+)', template: 'r$1$', match_number: 1 }),
      jsonExtractor({ referenceNames: 'twice', jsonPathExprs: '$.token', defaultValues: '' }),
    ],
    shown: ['twice', 'twice_g', 'ofGroup', 'JMeterThread.last_sample_ok'],
  },
  { path: '/status/500', extractors: [], shown: ['ofGroup', 'JMeterThread.last_sample_ok'] },
];

const JSON_BODY = `{"id":42,"token":"t é/\\"q\\"","nil":null,"big":12345678901234567890,"double":1.50e10,
"object":{"zeta":1,"alpha":{"y":1,"b":[]},"Beta":"x/y","id":null,"name":2.5,"Aa":1,"BB":2,"long key with spaces":true},
"array":[1,{"b":1,"a":2.0},"é"],"list":[{"id":"a","n":1},{"id":"b","n":2},{"id":null,"n":3}]}`;

const HTML_BODY = `<p>one</p>
<a href="/x?a=1&amp;b=2">caf&eacute; &#65;&#x42; &nope; &lt;</a>
<a class="c" href="/second">two</a>
`;

/** The answers to a request whose query has the number of the loop. */
const CHANGING = ['["aa","bb","cc"]', '["dd"]', '[]', '["ee","ff"]'];

/** Answers the requests of the cases. */
export const respondToCases: Respond = ({ line }, response) => {
  const [, target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  if (path === '/redirect') {
    response.writeHead(302, { Location: '/redirected' }).end('{"path": "first"}');
    return;
  }
  if (path.startsWith('/status/')) response.statusCode = Number(path.slice('/status/'.length));
  response.setHeader('X-Token', 'abc.def');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(bodyOf(path, Number(query.split('=')[1])));
};

function bodyOf(path: string, loop: number): string {
  switch (path) {
    case '/html':
      return HTML_BODY;
    case '/changing':
      return CHANGING[(loop - 1) % CHANGING.length] ?? '';
    case '/empty':
      return '';
    case '/bad':
      return '{"id": 1, ';
    case '/text':
      return 'no JSON';
    case '/redirected':
      return '{"path": "last"}';
    default:
      return JSON_BODY;
  }
}
