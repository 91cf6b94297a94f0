import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { execute, missing } from './tools.ts';

/** Reads qbl's files with HdrHistogram's own log processor in Java, and expects the same numbers. */

const VERSION = '2.2.2';
const MICROSECONDS_IN_MS = 1_000;
/** The percentiles that both the log processor and qbl show. */
const POINTS = { p50: 0.5, p90: 0.9, p95: 0.95 } as const;

type Figures = { count: number; max: number } & Record<keyof typeof POINTS, number>;

let folder: string;
let without: string | null;

beforeAll(async () => {
  without = await missing(['java', '-version'], [maven(), '--version']);
  if (without !== null) return;
  folder = await makeTempFolder();
  const artifact = `-Dartifact=org.hdrhistogram:HdrHistogram:${VERSION}`;
  await execute(maven(), ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`], folder);
  const ended = await qbl(['run', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
}, 600_000);

afterAll(() => without ?? removeFolder(folder));

describe('the log processor of HdrHistogram', () => {
  test('shows the same numbers for e2e.hlog as verify.json', async ({ skip }) => {
    if (without !== null) skip(without);
    const { latencyMs } = await json('verify.json');
    expectEqualFigures(await processed('e2e.hlog'), latencyMs);
  });

  test('shows the same numbers for latency.hlog as summary.json', async ({ skip }) => {
    if (without !== null) skip(without);
    const { latencyMs } = await json('summary.json');
    expectEqualFigures(await processed('latency.hlog'), latencyMs);
  });
});

function expectEqualFigures(processed: Figures, { count, max, p50, p90, p95 }: Figures): void {
  expect(count).toBe(1_000);
  expect(processed).toEqual({ count, max, p50, p90, p95 });
}

async function json(name: string) {
  return JSON.parse(await readFile(runFile(folder, 'mine', name), 'utf8'));
}

/** Count and percentiles in milliseconds, from the output of the log processor. */
async function processed(name: string): Promise<Figures> {
  const jar = join(folder, `HdrHistogram-${VERSION}.jar`);
  const main = 'org.HdrHistogram.HistogramLogProcessor';
  const log = runFile(folder, 'mine', name);
  const tag = /^Tag=([^,]+),/m.exec(await readFile(log, 'utf8'))?.[1] ?? '';
  const of = ['-i', log, '-tag', tag, '-outputValueUnitRatio', String(MICROSECONDS_IN_MS)];
  const printed = await execute('java', ['-cp', jar, main, ...of], folder);
  const rows = [...printed.matchAll(/^ +([\d.]+) +([\d.]+) +\d+(?: +[\d.]+)?$/gm)];
  const at = (percentile: number) => Number(rows.find((row) => Number(row[2]) === percentile)?.[1]);
  const figure = (label: string) => Number(new RegExp(`${label} *= *([\\d.]+)`).exec(printed)?.[1]);
  return {
    count: figure('Total count'),
    max: at(1),
    p50: at(POINTS.p50),
    p90: at(POINTS.p90),
    p95: at(POINTS.p95),
  };
}

function maven(): string {
  return process.platform === 'win32' ? 'mvn.cmd' : 'mvn';
}
