import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { readJtl } from '../../src/samples/jtl/jtl-reader.ts';
import { jtlRow } from '../../src/samples/jtl/jtl-writer.ts';
import type { Sample } from '../../src/samples/sample.ts';
import { formatDecimal, formatWithoutLeadingZero } from '../../src/samples/summary/decimal-format.ts';
import {
  formatSummaryRow,
  SummaryReport,
  type SummaryRow,
} from '../../src/samples/summary/summary-report.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome } from './jmeter.ts';
import { type SummaryReportTable, summaryReportTables } from './summary-report-table.ts';

/**
 * Compares qbl's Summary Report of a results file with JMeter's. org.apache.jmeter.visualizers.SummaryReport uses
 * org.apache.jmeter.util.Calculator and the formats of org.apache.jorphan.gui's renderers.
 */

const START = 1_767_225_600_000;

type Figures = Partial<
  Pick<Sample, 'label' | 'timeStampMs' | 'elapsedMs' | 'success' | 'bytes' | 'sentBytes'>
>;

const times = (count: number, figures: (index: number) => Figures) =>
  Array.from({ length: count }, (_, index) => figures(index));

/** Random numbers from 0 to below 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows of three labels in no order of time. `scale` multiplies all numbers. */
function randomRows(count: number, scale: number, seed: number): Figures[] {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return times(count, () => ({
    label: `label ${below(3)}`,
    timeStampMs: START + below(scale * 20),
    elapsedMs: below(scale),
    success: random() < 0.7,
    bytes: below(scale * 3),
    sentBytes: below(scale),
  }));
}

/**
 * The squares of these times are too large for exact integers in a double. The rounding error makes the variance
 * negative.
 */
const BELOW_ZERO = times(9_999, () => ({ elapsedMs: 3_000_001 }));

const FILES: Readonly<Record<string, readonly Figures[]>> = {
  'no sample': [],
  'one sample': [{ elapsedMs: 7 }],
  'one sample of 0 ms': [{ elapsedMs: 0, bytes: 0, sentBytes: 0 }],
  'one failure': [{ success: false }],
  'labels that need quotes': [{ label: 'a, "b"' }, { label: ' ñ 漢字 ' }, { label: 'a, "b"' }],
  'rates for each minute': times(3, (index) => ({ timeStampMs: START + index * 7_000 })),
  'rates for each hour': times(3, (index) => ({ timeStampMs: START + index * 7_000_000 })),
  'numbers half way between two roundings': times(32, (index) => ({
    timeStampMs: START + index * 125,
    elapsedMs: 125,
    success: index % 32 !== 0,
    bytes: index % 4 === 0 ? 1 : 0,
    sentBytes: index % 8 === 0 ? 5 : 0,
  })),
  'samples that do not end in order': [
    { timeStampMs: START + 500, elapsedMs: 500 },
    { timeStampMs: START, elapsedMs: 10 },
    { timeStampMs: START + 200, elapsedMs: 100 },
  ],
  'long times': times(50, (index) => ({ elapsedMs: 86_400_000 + index ** 3, bytes: 2 ** 40 + index })),
  '10,000 rows': randomRows(10_000, 5_000, 1),
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, seed) => [
      `random rows ${seed}`,
      randomRows(1 + seed * 7, 10 ** (1 + (seed % 6)), seed),
    ]),
  ),
};

describeWith(['java', 'mvn'], "JMeter's Summary Report", () => {
  let folder: string;
  let tables: ReadonlyMap<string, SummaryReportTable>;

  beforeAll(async () => {
    folder = await makeTempFolder();
    const files = { ...FILES, 'below zero': BELOW_ZERO };
    const names = Object.keys(files);
    for (const [name, rows] of Object.entries(files)) await writeFile(fileOf(name), jtlOf(rows));
    const read = await summaryReportTables(await jmeterHome(), names.map(fileOf), folder);
    tables = new Map(read.map((table, index) => [names[index] ?? '', table]));
  });

  afterAll(() => (folder === undefined ? undefined : removeFolder(folder)));

  const fileOf = (name: string) => join(folder, `${name}.jtl`);

  test.each(Object.keys(FILES))(
    "JMeter's Summary Report of %s equals qbl's to the last digit",
    async (name) => {
      const rows = await rowsOf(name);
      const table = tables.get(name);
      expect(rows.map(formatSummaryRow)).toEqual(table?.shown);
      // Without samples, JMeter's minimum and maximum are Long.MAX_VALUE and Long.MIN_VALUE, and no cell displays them.
      if (FILES[name]?.length === 0) return;
      expect(rows.map((row) => Object.values(row))).toEqual(table?.values);
      expect(rows.map(savedRow)).toEqual(parse(table?.saved ?? ''));
    },
  );

  test('JMeter shows NaN if rounding makes a variance negative, where qbl shows 0.00', async () => {
    const ours = (await rowsOf('below zero')).map(formatSummaryRow);
    const shown = tables
      .get('below zero')
      ?.shown.map((row) => row.map((cell) => cell.replace('NaN', '0.00')));
    expect(ours).toEqual(shown);
    expect(tables.get('below zero')?.shown.flat()).toContain('NaN');
  });

  async function rowsOf(name: string): Promise<SummaryRow[]> {
    const report = new SummaryReport();
    for await (const rows of readJtl(fileOf(name))) for (const row of rows) report.add(row);
    return [...report.rows(), report.total()];
  }
});

/** Formats a row like "Save Table Data" of JMeter (SummaryReport.FORMATS). */
function savedRow(row: SummaryRow): string[] {
  const [label = '', samples = '', average = '', min = '', max = '', deviation = ''] = formatSummaryRow(row);
  return [
    label,
    samples,
    average,
    min,
    max,
    deviation,
    `${formatDecimal(row.errorRatio * 100, 3)}%`,
    formatWithoutLeadingZero(row.throughputPerSecond, 5),
    formatDecimal(row.receivedKbPerSecond, 2),
    formatDecimal(row.sentKbPerSecond, 2),
    formatWithoutLeadingZero(row.averageBytes, 1),
  ];
}

function jtlOf(rows: readonly Figures[]): string {
  return [`${JTL_HEADER}\n`, ...rows.map((figures) => jtlRow({ ...SAMPLE, ...figures }))].join('');
}

const SAMPLE: Sample = {
  timeStampMs: START,
  elapsedMs: 12,
  label: 'Send',
  responseCode: '200',
  responseMessage: 'OK',
  threadName: 'group 1-1',
  success: true,
  failureMessage: '',
  bytes: 100,
  sentBytes: 150,
  grpThreads: 1,
  allThreads: 1,
  url: 'http://localhost/',
  latencyMs: 11,
  idleTimeMs: 0,
  connectMs: 1,
  loop: 1,
};
