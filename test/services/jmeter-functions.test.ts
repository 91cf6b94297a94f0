import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { headerManager, jmx, sampler, threadGroup, variables } from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { type ComparedRow, runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast compute the same functions. */

const DEADLINE_MS = 120_000;

/** Texts with the same value in both programs. `v` is set to `x` before. */
const EQUAL = [
  '${__urlencode(a b&c=ä/~*!€)}',
  '${__urldecode(a+b%20%C3%A4%ff)}',
  '${__escapeHtml(<a href="x">ä € &amp;)}',
  '${__unescapeHtml(&lt;&eacute;&hearts;&#65;&#x42;&#67 &nope;)}',
  '${__escapeXml(<a b="c" d=\'e\'>&)}',
  '${__unescape(a\\\\tb\\\\u0041\\\\101)}',
  '${__char(65,0x42,#43,0104, 69 ,x,-1)}',
  '${__changeCase(aBc,LOWER)}|${__changeCase(aBc,upper,)}|${__changeCase(aBc)}|${__changeCase(ßäc,CAPITALIZE)}',
  '${__changeCase(aBc,none)}',
  '${__digest(MD5,a)}|${__digest(sha-256,a,salt)}|${__digest(SHA-1,ä,,TRUE)}|${__digest(SHA3-512,)}',
  '${__intSum(1,2)}|${__intSum(2147483647,1)}|${__intSum(-5,+3,07)}|${__longSum(9223372036854775807,1)}',
  '${__intSum(1,2,total)} ${total}|${__longSum(1,2, long )} ${long}',
  '${__V(v)}|${__V(nothing)}|${__V(nothing,dflt)}|${__V(n_${v})}',
  '${__eval(a ${v} \\\\${v} ${draft})}|${__evalVar(draft)}|${__eval(${__FileToString(template.txt)})}',
  '${__isVarDefined(v)}|${__isVarDefined(nothing)}|${__isPropDefined(nothing)}',
  '${__split(a|b||c|,parts,|)}: ${parts} ${parts_n} ${parts_1} ${parts_2} ${parts_3} ${parts_4} ${parts_5} ${parts_6}',
  '${__split(1,list)} ${list_n}${__split(,none)} ${none_n} ${__split(a b,w, b)} ${w_n} ${w_1}',
  '${__split(${early},late, )} ${late_n} ${late_2} ${word_1} ${word_n} ${word}',
  '${__changeCase(${v},UPPER,stored)} ${stored}|${__digest(MD5,b,,,md)} ${md}',
  '${__RandomString(3,a,three)} ${three}|${__Random(5,5,five)} ${five}|${__Random( 7 , 7 )}',
  '${__FileToString(file.txt)}|${__FileToString(latin.txt,ISO-8859-1,latin)} ${latin}',
  '${__StringFromFile(file.txt,line)} ${line}|${__StringFromFile(lines.txt)}',
  '${__timeShift(dd/MM/yyyy,21/01/2018,P2D,,)}|${__timeShift(yyyy-MM-dd HH:mm:ss,2026-03-29 01:30:00,PT1H,)}',
  '${__timeShift(,1500000000123,PT-1.5S,)}|${__timeShift(EEEE d MMMM yyyy,Sunday 1 March 2026,PT36H,en,shifted)} ${shifted}',
  "${__dateTimeConvert(1784000000000,,yyyy-MM-dd'T'HH:mm:ss.SSSXXX)}|${__dateTimeConvert(01.02.2026,dd.MM.yyyy,EEE d MMM,converted)} ${converted}",
  '${__dateTimeConvert(x,dd.MM.yyyy,yyyy)}|${__RandomDate(,2026-01-01,2026-01-02,,day)} ${day}|${__RandomDate(dd MM yyyy,02 01 2026,01 01 2026,)}',
  '${__RandomFromMultipleVars(parts_1|nothing)}|${__RandomFromMultipleVars(nothing|none,multi)}${multi}|',
  '${__escapeHtml(${__urlencode(${v}<)})}|${__threadNum}',
];

/** Texts that cannot be computed. JMeter sends nothing and writes a failed sample. */
const FAILING = [
  '${__Random(1,${__V(v)})}',
  '${__Random(9,${__V(three)})}',
  '${__intSum(${nothing},1)}',
  '${__longSum(1, ${__V(three)},3)}',
  '${__RandomString(${__V(minus)},ab)}',
];

/** Texts whose values differ, and the pattern of these values. */
const PATTERNS: readonly (readonly [text: string, pattern: RegExp])[] = [
  ['${__Random(1,3)}', /^[123]$/],
  ['${__Random(-2,-1,r)} ${r}', /^(-[12]) \1$/],
  ['${__Random(0000, 9999)}', /^\d{1,4}$/],
  ['${__Random(1,9223372036854775806)}', /^\d{10,19}$/],
  ['${__RandomString(12,абв)}', /^[абв]{12}$/],
  ['${__RandomString(5,ab,s)}${s}', /^([ab]{5})\1$/],
  ['${__UUID}${__UUID()}', /^(?:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}){2}$/],
  ['at ${__time}', /^at 1\d{12}$/],
  ['at ${__time(,ms)} ${ms}', /^at (1\d{12}) \1$/],
  ['${__time(YMD)}', /^20\d{6}$/],
  ['${__time(HMS)}', /^\d{6}$/],
  ['${__time(YMDHMS,now)} ${now}', /^(20\d{6}-\d{6}) \1$/],
  ['${__time(USER1)}|', /^\|$/],
  ['${__time(/1000)}', /^1\d{9}$/],
  ['${__time(yyyy-MM-dd HH:mm:ss.SSS XXX)}', /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+0[12]:00$/],
  ["${__time(EEE\\, d MMM yyyy 'at' h a)}", /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} 20\d\d at \d{1,2} [AP]M$/],
  ['${__timeShift(yyyy-MM-dd,,P1D,,)}', /^20\d\d-\d\d-\d\d$/],
  ['at ${__timeShift(,,,)}', /^at 1\d{12}$/],
  ['${__RandomDate(yyyyMMdd,20260101,20260201,,)}', /^202601\d\d$/],
  ['${__counter(FALSE,count)} ${count}', /^(\d+) \1$/],
  ['${__machineName}', /^.+$/],
  ['${start}', /^[1-9]\d? [ab]{3} 1\d{12}$/],
];

describeWith(['java', 'mvn'], 'functions of JMeter', () => {
  test('JMeter and blast compute the same values', { timeout: DEADLINE_MS }, async () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const started = Date.now();
    const folder = await tempFolder();
    await writeFile(join(folder, 'file.txt'), 'one äöü\r\ntwo');
    await writeFile(join(folder, 'latin.txt'), Buffer.from('äöü', 'latin1'));
    await writeFile(join(folder, 'template.txt'), '{"t": "${v} ${__threadNum}", "u": ${__intSum(1,2)}} \\$');
    await writeFile(join(folder, 'lines.txt'), 'first\nsecond\n');
    const server = await startRecordingServer();
    const send = (path: string, body: string, header = '') =>
      sampler({
        body,
        properties: {
          'HTTPSampler.domain': '127.0.0.1',
          'HTTPSampler.port': server.port,
          'HTTPSampler.path': path,
          'HTTPSampler.method': 'POST',
        },
        under: [headerManager({ 'X-Text': header })],
      });
    const under = [
      ...EQUAL.map((text) => send('/equal', text)),
      send('/stored/${__Random(1,999999,chosen)}?a=${chosen}', 'x', '${chosen}'),
      send('/basic', '${chosen}', 'Basic ${__urlencode(${v}:${v})}'),
      ...FAILING.map((text) => send('/failing', text)),
      send('/failing/${__Random(1,${__V(v)})}', 'x'),
      send('/failing', 'x', '${__Random(1,${__V(v)})}'),
      ...PATTERNS.map(([text]) => send('/pattern', text)),
    ];
    const defined = [
      variables({
        v: 'x',
        three: '3',
        minus: '-1',
        n_x: 'nested',
        draft: 't \\${v}\\${late_2}${unset}',
        early: 'a b c',
        start: '${__Random(1,99)} ${__RandomString(3,ab)} ${__time()}',
      }),
      variables({ words: '${__split(${early},word, )}-${word_2}' }),
    ];
    const { jmeter, blast } = await runSideBySide(
      folder,
      jmx(...defined, threadGroup({ loops: 2, under })),
      () =>
        server
          .taken()
          .map(({ line, headers, body }) => ({ line, header: headers['x-text'], body: body.toString() })),
    );
    expect(withoutRandom(blast.rows), blast.output).toEqual(withoutRandom(jmeter.rows));
    expect(blast.rows.filter(({ success }) => success === 'false')).toHaveLength(2 * (FAILING.length + 2));
    const equal = (side: typeof blast | typeof jmeter) =>
      side.seen.filter(({ line }) => line === 'POST /equal');
    expect(equal(blast)).toEqual(equal(jmeter));
    const ended = Date.now();
    for (const side of [jmeter, blast]) {
      checkStored(side.seen.filter(({ line }) => /stored|basic/.test(line)));
      const values = side.seen.filter(({ line }) => line === 'POST /pattern').map(({ body }) => body);
      expect(values).toHaveLength(2 * PATTERNS.length);
      for (const [at, value] of values.entries())
        expect(value, PATTERNS[at % PATTERNS.length]?.[0]).toMatch(
          PATTERNS[at % PATTERNS.length]?.[1] ?? /^$/,
        );
      const times = values.flatMap((value) => /(?<=^at )1\d{12}/.exec(value) ?? []).map(Number);
      expect(times).toHaveLength(2 * 3);
      for (const time of times)
        expect(time >= started && time <= ended, `${started} ${time} ${ended}`).toBe(true);
    }
  });
});

/** Replaces the random number in the URLs of samples. */
function withoutRandom(rows: readonly ComparedRow[]): readonly ComparedRow[] {
  return rows.map((row) => ({ ...row, URL: row.URL.replace(/\d+\?a=\d+/, 'random') }));
}

interface Seen {
  readonly line: string;
  readonly header: string | string[] | undefined;
  readonly body: string;
}

/** Checks that the number in the path is stored in a variable, for the rest of this request and for the next one. */
function checkStored(seen: readonly Seen[]): void {
  expect(seen).toHaveLength(4);
  for (const [at, { line, header }] of seen.entries()) {
    if (at % 2 === 1) continue;
    const [, path, query] = /^POST \/stored\/(\d+)\?a=(\d+)$/.exec(line) ?? [];
    expect([query, header, seen[at + 1]?.body]).toEqual([path, path, path]);
    expect(seen[at + 1]?.header).toBe('Basic x%3Ax');
  }
}
