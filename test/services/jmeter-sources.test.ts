import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jmx, jmxElement, props, sampler, threadGroup, variables } from '../../src/plan/jmx/testing/jmx.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { type ComparedRow, runSideBySide } from './side-by-side.ts';

/** Tests that JMeter and blast give the same values to variables at the start of each loop. */

const DEADLINE_MS = 120_000;

type Values = Readonly<Record<string, string | number | boolean>>;

const csv = (values: Values) =>
  jmxElement('CSVDataSet', 'Data', props({ shareMode: 'shareMode.all', ...values }), {
    attributes: 'guiclass="TestBeanGUI" testclass="CSVDataSet"',
  });
const random = (values: Values) =>
  jmxElement('RandomVariableConfig', 'Random', props(values), {
    attributes: 'guiclass="TestBeanGUI" testclass="RandomVariableConfig"',
  });

/** The files of the test plan. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  'plain.csv': 'ana,1\nb b,"2\n,\n\nlast',
  'quoted.csv': '"a,1","x ""y"""\r\n"two\nlines",z\r\nwrong"quote,u\r\n"",end',
  'header.csv': '\uFEFF"na me",b\n1,2\n3,4\n',
  'tab.csv': 'skipped\na\tb\tc\nd\t\n',
  'latin.csv': Buffer.from('caf\u00e9;\u00fc;\n', 'latin1'),
  'short.csv': 'one\ntwo\n',
  'invalid.csv': Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x2c, 0x62, 0x0a]),
};

type Send = (name: string, body: string, below?: readonly string[]) => string;

interface Group {
  readonly loops: number;
  readonly under: (file: (name: string) => string, send: Send) => readonly string[];
}

const ab = (send: Send) => send('a and b', '${a}|${b}|${c}');

/** Returns a group with one CSV Data Set. */
const ofCsv = (loops: number, name: string, values: Values): Group => ({
  loops,
  under: (file, send) => [csv({ filename: file(name), variableNames: 'a,b', ...values }), ab(send)],
});

const GROUPS: readonly Group[] = [
  ofCsv(8, 'plain.csv', { variableNames: 'a, b', recycle: true }),
  ofCsv(6, 'quoted.csv', { quotedData: true, recycle: true }),
  ofCsv(6, 'quoted.csv', { quotedData: true, recycle: false, shareMode: 'key' }),
  {
    loops: 4,
    under: (file, send) => [
      csv({ filename: `./${file('header.csv')}`, variableNames: '', recycle: true }),
      send('header', '${na me}|${b}'),
    ],
  },
  {
    loops: 3,
    under: (file, send) => [
      csv({
        filename: `\${dir}/${file('tab.csv')}`,
        variableNames: 'a,,b',
        ignoreFirstLine: true,
        delimiter: '\\t',
        recycle: false,
      }),
      ab(send),
    ],
  },
  ofCsv(2, 'latin.csv', { fileEncoding: 'ISO-8859-1', variableNames: 'a,b,c', delimiter: ';' }),
  {
    loops: 5,
    under: (file, send) => [
      csv({ filename: file('short.csv'), variableNames: 'a', recycle: false, stopThread: true }),
      ab(send),
      ab(send),
    ],
  },
  ofCsv(2, 'invalid.csv', { delimiter: '', recycle: true }),
  ofCsv(3, 'short.csv', {
    quotedData: true,
    ignoreFirstLine: true,
    recycle: true,
    shareMode: 'shareMode.thread',
  }),
  {
    // The last element in the file sets the variable first, so the first element decides.
    loops: 2,
    under: (file, send) => [
      csv({ filename: file('short.csv'), variableNames: 'a', shareMode: 'shareMode.group' }),
      csv({ filename: file('plain.csv'), variableNames: 'a', shareMode: 'All threads' }),
      ab(send),
    ],
  },
  {
    loops: 4,
    under: (_, send) => [
      random({
        variableName: 'a',
        minimumValue: 1,
        maximumValue: 999999999,
        randomSeed: 2,
        perThread: true,
      }),
      send('random', '${a}|${b}|${c}', [
        random({
          variableName: 'b',
          minimumValue: -3,
          maximumValue: 4,
          randomSeed: -7,
          outputFormat: 'N_000',
        }),
      ]),
      random({ variableName: 'c', minimumValue: 5, maximumValue: 4, randomSeed: 1 }),
      send('also random', '${a}'),
    ],
  },
];

describeWith(['java', 'mvn'], 'variables that elements set at the start of each loop', () => {
  test('JMeter and blast send the same values', { timeout: DEADLINE_MS }, async () => {
    const server = await startRecordingServer();
    const folder = await tempFolder();
    const groups = GROUPS.map(({ loops, under }, index) => {
      const send = (name: string, body: string, below: readonly string[] = []) =>
        sampler({
          name,
          body,
          properties: {
            'HTTPSampler.domain': '127.0.0.1',
            'HTTPSampler.port': server.port,
            'HTTPSampler.path': `/${index}`,
          },
          under: below,
        });
      // Each group has files of its own, because threads take the lines of a shared file in the order of time.
      const file = (name: string) => `${index}-${name}`;
      return threadGroup({ name: `Group ${index}`, loops, under: under(file, send) });
    });
    for (const index of GROUPS.keys())
      for (const [name, content] of Object.entries(FILES))
        await writeFile(join(folder, `${index}-${name}`), content);
    const plan = jmx(variables({ a: 'first', dir: folder }), ...groups);
    const { jmeter, blast } = await runSideBySide(folder, plan, () =>
      server.taken().map(({ line, body }) => [line, body.toString('latin1')] as const),
    );
    const byGroup = <T>(all: readonly T[], groupOf: (each: T) => string | undefined) =>
      GROUPS.map((_, index) => all.filter((each) => groupOf(each) === String(index)));
    const rowsByGroup = (rows: readonly ComparedRow[]) =>
      byGroup(rows, ({ threadName }) => /^Group (\d+)/.exec(threadName)?.[1]);
    const seenByGroup = (seen: readonly (readonly [string, string])[]) =>
      byGroup(seen, ([line]) => /^POST [/](\d+)$/.exec(line)?.[1]);
    expect(rowsByGroup(blast.rows), blast.output).toEqual(rowsByGroup(jmeter.rows));
    expect(seenByGroup(blast.seen)).toEqual(seenByGroup(jmeter.seen));
    expect(blast.seen).toHaveLength(48);
  });
});
