import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluate, type Scope } from '../evaluate.ts';
import { parseProperty } from '../expression.ts';
import type { FilledText } from '../filled-text.ts';
import { textOf } from '../run-time.ts';
import { ThreadVariables } from '../thread-variables.ts';

const scope: Scope = {
  properties: {},
  variable: () => null,
  message: { uuid: () => 'uuid', counter: () => 'count' },
};

/** Evaluates a text of a .jmx file for each message, with the variables of one thread. */
function evaluated(text: string, variables = new ThreadVariables(), messages = 1): string[] {
  const filled: FilledText = evaluate(parseProperty(text), scope);
  return Array.from({ length: messages }, () =>
    textOf(filled, { variables, mention: (name) => `<${name}>` }),
  );
}

const threads = (values: Readonly<Record<string, string>> = {}) =>
  new ThreadVariables(Object.entries(values));

/** Bytes of a file that a run remembers, if it remembers no other file of this size. */
const SIZE = 40 * 1024 ** 2;

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qbl-functions-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('a function of JMeter', () => {
  it.each([
    ['${__intSum(1,-2,+3)}', '2'],
    ['${__intSum(2147483647,1)}', '-2147483648'],
    ['${__intSum(${n},5)}', '12'],
    ['${__longSum(9223372036854775807,1)}', '-9223372036854775808'],
    ['${__Random(5,5)} ${__Random(-3, -3)}', '5 -3'],
    ['${__RandomString(4,a)}|${__RandomString(0,a)}|', 'aaaa||'],
    ['${__urlencode(a b&ä~)}', 'a+b%26%C3%A4%7E'],
    ['${__urldecode(a+b%C3%A4)}', 'a bä'],
    ['${__escapeHtml(<ä">)}', '&lt;&auml;&quot;&gt;'],
    ['${__unescapeHtml(&lt;&hearts;&#65;&#x42;&#67&nope;)}', '<♥AB&#67&nope;'],
    ['${__escapeXml(<"\'&>)}', '&lt;&quot;&apos;&amp;&gt;'],
    ['${__unescape(a\\\\tb\\\\u0041\\\\101\\\\x)}', 'a\tbAAx'],
    ['${__char(65,0x42,#43,0104, 69 ,x)}', 'ABCDE'],
    ['${__changeCase(aB)} ${__changeCase(aB,lower)} ${__changeCase(aB,Capitalize)}', 'AB ab AB'],
    ['${__digest(SHA-256,a,b,TRUE)}', 'FB8E20FC2E4C3F248C60C39BD652F3C1347298BB977B8B4D5903B85055620603'],
    ['${__base64Decode(YcOk)} ${__substring(abc,1,2)}', 'aä b'],
    ['${__isVarDefined(n)} ${__isVarDefined(none)} ${__isPropDefined(none)}', 'true false false'],
    ['${__RandomFromMultipleVars(n|none)}${__RandomFromMultipleVars(none)}', '7'],
    ['${__RandomFromMultipleVars(m)}', 'match'],
    ['${__dateTimeConvert(31.02.2026,dd.MM.yyyy,yyyy-MM-dd)}', '2026-02-28'],
    ['${__dateTimeConvert(x,dd.MM.yyyy,yyyy-MM-dd)}|', '|'],
    ['${__timeShift(dd/MM/yyyy,28/02/2026,P1DT1H,)}', '01/03/2026'],
    ['${__timeShift(,1000,PT0.5S,)} ${__timeShift(,1000,nothing,)}', '1500 1000'],
    ['${__RandomDate(dd.MM.yyyy,01.02.2026,02.02.2026,)}', '01.02.2026'],
    ['${__RandomDate(,2026-02-02,2026-02-01)}|', '|'],
    ['${__time(USER1)}|', '|'],
  ])('has the same value as in JMeter: %s', (text, value) => {
    expect(evaluated(text, threads({ n: '7', m_matchNr: '1', m_1: 'match' }))).toEqual([value]);
  });

  it.each([
    ['${__Random(1,3)}', /^[1-3]$/],
    ['${__Random(-9223372036854775808,9223372036854775806)}', /^-?\d+$/],
    ['${__RandomString(20,äb)}', /^[äb]{20}$/],
    ['${__RandomString(20)}', /^.{20}$/s],
    ['${__time(yyyyMMdd/)}', /^20\d{6}\/$/],
    ['${__time(/1000)}', /^\d{10}$/],
    ['${__time(YMDHMS)}', /^20\d{6}-\d{6}$/],
    ['${__timeShift(HH:mm:ss,,,)}', /^\d\d:\d\d:\d\d$/],
    ['${__RandomDate(yyyyMMdd,20260101,20260201,)}', /^202601\d\d$/],
    ['${__machineName()}', /^.+$/],
  ])('has a value like the one in JMeter: %s', (text, pattern) => {
    for (const value of evaluated(text, undefined, 200)) expect(value).toMatch(pattern);
  });

  it('draws each number of a range', () => {
    expect(new Set(evaluated('${__Random(1,3)}', undefined, 500))).toEqual(new Set(['1', '2', '3']));
  });

  it.each([
    ['${__Random(5,5,v)}', { v: '5' }],
    ['${__RandomString(2,a, v )}', { v: 'aa' }],
    ['${__intSum(1,2,v)}', { v: '3' }],
    ['${__changeCase(a,,v)}', { v: 'A' }],
    ['${__base64Encode(a, v)}', { ' v': 'YQ==' }],
    ['${__timeShift(yyyy,2026,P1D,v)}', { v: '2026' }],
    ['${__timeShift(yyyy,2026,P1D,en,v)}', { v: '2026' }],
    ['${__RandomDate(,2026-01-01,2026-01-02,,v)}', { v: '2026-01-01' }],
    ['${__split(a||b,v,|)}', { v: 'a||b', v_n: '3', v_1: 'a', v_2: '?', v_3: 'b' }],
    ['${__split(a,v)}', { v: 'a', v_n: '1', v_1: 'a' }],
  ])('stores its value in a variable: %s', (text, stored) => {
    const variables = threads();
    evaluated(text, variables);
    expect(Object.fromEntries(Object.keys(stored).map((name) => [name, variables.get(name)]))).toEqual(
      stored,
    );
  });

  it('removes the part after the last part of a text', () => {
    const variables = threads({ v_2: 'old', v_3: 'older' });
    evaluated('${__split(a,v)}', variables);
    expect([variables.has('v_2'), variables.get('v_3')]).toEqual([false, 'older']);
  });

  it('counts its calls at each place, for all threads or for one thread', () => {
    const [first, second] = [threads(), new ThreadVariables([])];
    const filled = evaluate(parseProperty('${__counter(FALSE,a)} ${__counter(TRUE,b)}'), scope);
    const of = (variables: ThreadVariables) => textOf(filled, { variables, mention: String });
    expect([of(first), of(first)]).toEqual(['1 1', '2 2']);
    expect([of(second), of(second)]).toEqual(['1 1', '2 2']);
  });

  it.each([
    ['${__Random(1,${x})}', 'java.lang.NumberFormatException', 'For input string: "?"'],
    ['${__Random(1,${zero})}', 'java.lang.IllegalArgumentException', 'bound must be greater than origin'],
    ['${__intSum(${x},1)}', 'java.lang.NumberFormatException', 'For input string: "?"'],
    [
      '${__unescapeHtml(${html})}',
      'java.lang.IllegalArgumentException',
      'Not a valid Unicode code point: 0x11000A',
    ],
    ['${__substring(${x},0,2)}', 'java.lang.StringIndexOutOfBoundsException', 'begin 0, end 2, length 1'],
  ])('fails with the exception of JMeter: %s', (text, exception, message) => {
    const variables = threads({ x: '?', zero: '0', html: '&#x11000a;' });
    expect(() => evaluated(text, variables)).toThrow(expect.objectContaining({ exception, message }));
  });

  it('removes spaces at both ends in linear time, also if the text has many spaces in the middle', () => {
    const names = ` n${' '.repeat(1024 ** 2)}n\t`;
    const variables = threads({ names, [names.trim()]: '7' });
    expect(evaluated('${__RandomFromMultipleVars(${names})}', variables)).toEqual(['7']);
  });

  it('reads a file as a text or line by line, and begins again at its end', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'file');
    await writeFile(file, 'a\r\nb\n');
    await writeFile(join(folder, 'latin'), Buffer.from([0xe4]));
    const variables = threads();
    expect(evaluated(`\${__StringFromFile(${file},v)}`, variables, 3)).toEqual(['a', 'b', 'a']);
    expect(variables.get('v')).toBe('a');
    expect(evaluated(`\${__FileToString(${file})}`)).toEqual(['a\r\nb\n']);
    expect(evaluated(`\${__FileToString(${folder}/latin,ISO-8859-1,v)}`, variables)).toEqual(['ä']);
    expect(variables.get('v')).toBe('ä');
    expect(evaluated(`\${__FileToString(${folder}/latin,latin1)}`)).toEqual(['ä']);
    expect(evaluated('${__FileToString(${none})}')).toEqual(['**ERR**']);
    expect(() => evaluated(`\${__StringFromFile(${folder}/latin)}`)).toThrow('is not in UTF-8');
  });

  it('remembers the texts of files only while its memory has room, and later reads the files again', async () => {
    const folder = await tempFolder();
    const files = [join(folder, 'first'), join(folder, 'second')];
    const variables = threads({ first: files[0] ?? '', second: files[1] ?? '' });
    const lengths = () =>
      ['first', 'second'].map(
        (name) => evaluated(`\${__FileToString(\${${name}},ASCII)}`, variables)[0]?.length,
      );
    for (const file of files) await writeFile(file, Buffer.alloc(SIZE));
    expect(lengths()).toEqual([SIZE, SIZE]);
    for (const file of files) await writeFile(file, 'new');
    expect(lengths()).toEqual([SIZE, 3]);
  });

  it.skipIf(process.platform === 'win32')('does not wait for the writer of a pipe', async () => {
    const pipe = join(await tempFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const name of ['__FileToString', '__StringFromFile'])
      expect(() => evaluated(`\${${name}(${pipe})}`)).toThrow(
        `cannot read the file "${pipe}": expected a file`,
      );
  });
});
