import { expect, test } from 'vitest';
import {
  headerManager,
  type JmxOptions,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
  variables,
} from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { type ComparedRow, runSideBySide } from './side-by-side.ts';

/** Tests that the controllers of JMeter and blast send the same requests in the same order. */

const DEADLINE_MS = 120_000;

type Values = Readonly<Record<string, string | number | boolean>>;

function controller(type: string, name: string, values: Values, under: JmxOptions['under'] = []): string {
  return jmxElement(type, name, props(values), { under });
}

const index = (name: string) => headerManager({ [`X-${name.replace(' ', '-')}`]: `\${__jm__${name}__idx}` });
const loop = (loops: string | number, ...under: string[]) =>
  named('Loop', loops, true, [index('Loop'), ...under]);
const named = (name: string, loops: string | number, forever: boolean, under: string[]) =>
  controller(
    'LoopController',
    name,
    { 'LoopController.loops': loops, 'LoopController.continue_forever': forever },
    under,
  );
const once = (...under: string[]) => controller('OnceOnlyController', 'Once', {}, under);
const simple = (...under: string[]) => controller('GenericController', 'Simple', {}, under);
const transaction = (name: string, parent: boolean, ...under: string[]) =>
  controller(
    'TransactionController',
    name,
    { 'TransactionController.parent': parent, 'TransactionController.includeTimers': false },
    under,
  );
const when = (condition: string, ...under: string[]) =>
  controller(
    'IfController',
    'If',
    { 'IfController.condition': condition, 'IfController.useExpression': false },
    under,
  );
const expression = (condition: string, all: boolean, ...under: string[]) =>
  controller(
    'IfController',
    'If',
    {
      'IfController.condition': condition,
      'IfController.useExpression': true,
      'IfController.evaluateAll': all,
    },
    under,
  );
const whilst = (condition: string, ...under: string[]) =>
  controller('WhileController', 'While', { 'WhileController.condition': condition }, under);
const forEach = (values: Values, ...under: string[]) =>
  controller(
    'ForeachController',
    'Each',
    { 'ForeachController.inputVal': 'in', 'ForeachController.returnVal': 'out', ...values },
    under,
  );

describeWith(['java', 'mvn'], 'controllers', () => {
  test('JMeter and blast send the same requests and write the same rows', {
    timeout: DEADLINE_MS,
  }, async () => {
    const server = await startRecordingServer(({ line }, response) => {
      response.statusCode = line.includes('/fail') ? 404 : 200;
      response.end();
    });
    const send = (name: string, path = `/${name}`) =>
      sampler({
        name,
        body: `${name} \${out}`,
        properties: {
          'HTTPSampler.domain': '127.0.0.1',
          'HTTPSampler.port': server.port,
          'HTTPSampler.path': path,
        },
      });
    const groups: readonly (readonly [string, Values, readonly string[]])[] = [
      ['loops', {}, [send('a'), loop(2, send('b'), once(send('o')), loop('${two}', send('c')))]],
      ['not again', {}, [named('Loop', 2, false, [send('d')]), send('e')]],
      ['nothing', {}, [loop(0, send('no')), loop('${none}', send('no2')), loop(1), send('f')]],
      ['once', {}, [once(send('g'), send('h')), simple(once(send('i')), send('j'))]],
      [
        'separate',
        {},
        [transaction('t', false, send('t'), simple(send('k'), loop(2, send('l')))), send('m')],
      ],
      ['failing', {}, [transaction('x', false, send('n', '/fail'), send('p'))]],
      [
        'parent',
        {},
        [transaction('y', true, send('q', '/fail'), send('r')), transaction('z', true, once(send('s')))],
      ],
      [
        'nested',
        {},
        [transaction('outer', true, transaction('inner', true, send('u'), send('v', '/fail')), send('w'))],
      ],
      ['mixed', {}, [transaction('around', false, transaction('in', true, send('aa')), send('ab'))]],
      [
        'empty',
        {},
        [
          send('ac'),
          transaction('empty', false, when('1 == 2', send('ad'))),
          transaction('none', true, once()),
        ],
      ],
      [
        'next',
        { 'ThreadGroup.on_sample_error': 'startnextloop' },
        [once(send('ae')), loop(2, send('af', '/fail'), send('ag')), send('ah')],
      ],
      [
        'next transaction',
        { 'ThreadGroup.on_sample_error': 'startnextloop' },
        [transaction('cut', false, simple(send('ai', '/fail'), send('aj'))), send('ak')],
      ],
      [
        'next parent',
        { 'ThreadGroup.on_sample_error': 'startnextloop' },
        [transaction('cut p', true, send('al'), send('am', '/fail'), send('an')), send('ao')],
      ],
      [
        'stop',
        { 'ThreadGroup.on_sample_error': 'stopthread' },
        [transaction('stopped', false, send('ap', '/fail')), send('aq')],
      ],
      [
        'if',
        {},
        [
          when('${two} == 2', send('ar')),
          when('"${word}" != "w" || ${two} % 2 === 0', send('as')),
          when('"${word}" == "w" &amp;&amp; ${two} &gt; 10', send('at')),
          when('${none} == 1', send('au')),
          when('${word} == "w"', send('av')),
          when('"true"', send('aw')),
          when('1', send('ax')),
          when('', send('ay')),
          when('"${word}" == "w" "x"', send('az')),
          when('!("10" &lt; "9") || nothing', send('ba')),
          when('null == 0 || 2 * 3 - 1 &gt;= 5', send('bb')),
        ],
      ],
      [
        'if expression',
        {},
        [
          expression('true', false, send('bc'), send('bd')),
          expression(' ${yes} ', true, send('be'), simple(send('bf'))),
          expression('false', false, send('bg')),
          loop(2, expression('${yes}', true, loop(2, send('bh')))),
        ],
      ],
      [
        'each',
        {},
        [
          forEach({}, send('bi'), once(send('bj'))),
          forEach({ 'ForeachController.startIndex': 1, 'ForeachController.endIndex': 2 }, send('bk')),
          forEach({ 'ForeachController.useSeparator': false, 'ForeachController.inputVal': 'n' }, send('bl')),
          forEach({ 'ForeachController.inputVal': 'missing' }, send('bm')),
          send('bn'),
        ],
      ],
      [
        'while',
        {},
        [whilst('', send('bo'), send('bp', '/fail')), whilst('LAST', send('bq', '/fail')), send('br')],
      ],
      [
        'while next',
        {},
        [whilst('LAST', send('bs'), loop(2, send('bt', '/fail'))), whilst('false', send('bu'))],
      ],
    ];
    const plan = jmx(
      variables({
        two: '2',
        word: 'w',
        yes: 'TRUE',
        in_1: 'one',
        in_2: 'two',
        in_3: 'three',
        n1: 'x',
        n2: 'y',
      }),
      ...groups.map(([name, properties, under]) =>
        threadGroup({ name, loops: 2, properties, under: [index(name), ...under] }),
      ),
    );
    const byRequest = ([line, body]: readonly string[]) => `${line} ${body}`;
    const { jmeter, blast } = await runSideBySide(await tempFolder(), plan, () =>
      server
        .taken()
        .map(({ line, headers, body }) => [
          line,
          body.toString('latin1'),
          JSON.stringify(
            Object.entries(headers)
              .filter(([name]) => name.startsWith('x-'))
              .toSorted(),
          ),
        ])
        .toSorted((a, b) => (byRequest(a) < byRequest(b) ? -1 : 1)),
    );
    // JMeter writes the row of a parent before the rows of its samples.
    const hasParent = (name: string) => /parent|nested|mixed|empty/.test(name);
    const byLabel = (a: ComparedRow, b: ComparedRow) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
    const rowsOf = (rows: readonly ComparedRow[]) =>
      groups.map(([name]) => {
        const own = rows.filter(({ threadName }) => threadName.replace(/ \d+-1$/, '') === name);
        return hasParent(name) ? own.toSorted(byLabel) : own;
      });
    expect(rowsOf(blast.rows), blast.output).toEqual(rowsOf(jmeter.rows));
    expect(blast.rows).toHaveLength(jmeter.rows.length);
    expect(blast.seen).toEqual(jmeter.seen);
  });
});
