import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SummaryRecord } from '../../src/runs/documents/summary-json.ts';
import { NON_HTTP_CODE } from '../../src/samples/outcome.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { plans } from './generated-plans/plans.ts';
import { type RecordingServer, startRecordingServer } from './generated-plans/recording-server.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/**
 * JMeter and blast send random test plans to one server. Each plan has many thread groups, because a start of JMeter
 * takes long. To test more plans by hand, set QBL_GENERATED_PLANS=100. QBL_SEED repeats a run.
 */
const PLANS = Number(process.env['QBL_GENERATED_PLANS'] ?? 4);
const seed = Number(process.env['QBL_SEED'] ?? Date.now() % 2 ** 31);
const GROUPS = 12;
const TIMEOUT_MS = 200_000 + PLANS * 30_000;
const PROPERTIES = ['-J', 'given=from-the-command-line'];

/** The fields of a sample that must be equal. */
const COMPARED = ['label', 'threadName', 'responseCode', 'responseMessage', 'success', 'URL'] as const;

interface Sent {
  readonly requests: readonly string[];
  readonly samples: readonly string[];
  /** Label, number of samples and share of errors of each row of the Summary Report. */
  readonly summary: readonly (readonly [label: string, samples: number, errors: number])[];
}

describeWith(['java', 'mvn'], 'JMeter and blast', () => {
  let home: string;
  let folder: string;
  let server: RecordingServer;
  let runs = 0;

  beforeAll(async () => {
    home = await jmeterHome();
    folder = await makeTempFolder();
    server = await startRecordingServer();
  });

  afterAll(async () => {
    await server?.close();
    if (folder !== undefined) await removeFolder(folder);
  });

  test('send the same requests and write the same samples for random test plans', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const property = fc.asyncProperty(plans(server.port, GROUPS), async (plan) => {
      const run = `run-${++runs}`;
      await writeFile(join(folder, `${run}.jmx`), plan);
      const byJMeter = await sentByJMeter(run);
      const byBlast = await sentByBlast(run);
      expect(differences(byJMeter, byBlast)).toEqual(NO_DIFFERENCES);
      expect(byBlast.summary).toEqual(byJMeter.summary);
    });
    await fc.assert(property, { numRuns: PLANS, seed, endOnFailure: true });
  });

  async function sentByJMeter(run: string): Promise<Sent> {
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    const files = ['-t', `${run}.jmx`, '-l', `${run}.jtl`, '-j', `${run}.log`];
    const properties = [...PROPERTIES, '-J', 'jmeter.save.saveservice.subresults=false'];
    await execute('java', [...SHORT_JVM, '-jar', jar, '-n', ...files, ...properties], folder);
    const requests = server.take();
    const rows = await rowsOf(join(folder, `${run}.jtl`));
    return { requests, samples: samplesOf(rows), summary: summaryOf(rows) };
  }

  async function sentByBlast(run: string): Promise<Sent> {
    const options = ['--plan', `${run}.jmx`, '--run', run, '--no-identity', '--allow-errors', ...PROPERTIES];
    const { code, stderr } = await qbl(['blast', ...options], { folder });
    expect(code, stderr).toBe(0);
    const requests = server.take();
    const rows = await rowsOf(runFile(folder, run, 'samples.jtl'));
    const record: SummaryRecord = JSON.parse(await readFile(runFile(folder, run, 'summary.json'), 'utf8'));
    const summary = record.rows
      .filter(({ label }) => label !== 'TOTAL')
      .map(({ label, samples, errorRatio }) => [label, samples, errorRatio] as const);
    return { requests, samples: samplesOf(rows), summary: summary.sort() };
  }
});

const NO_DIFFERENCES = {
  samples: { onlyJMeter: [], onlyBlast: [] },
  requests: { onlyJMeter: [], onlyBlast: [] },
};

/** Lists only what differs, because a plan sends many requests. */
function differences(byJMeter: Sent, byBlast: Sent): unknown {
  const of = (kind: 'requests' | 'samples') => ({
    onlyJMeter: without(byJMeter[kind], byBlast[kind]),
    onlyBlast: without(byBlast[kind], byJMeter[kind]),
  });
  return { samples: of('samples'), requests: of('requests') };
}

/** Returns the texts that are more often in the first list than in the second. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return texts.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

type Row = Readonly<Record<string, string>>;

/** JMeter writes no file if no sample was taken. */
async function rowsOf(file: string): Promise<Row[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parse(text, { columns: true });
}

function samplesOf(rows: readonly Row[]): string[] {
  return rows.map((row) => [...COMPARED.map((name) => row[name]), bytesOf(row)].join(' | ')).sort();
}

/** Returns the bytes of the response. Without a complete response, JMeter writes the length of a stack trace. */
function bytesOf({ responseCode = '', bytes }: Row): number {
  return responseCode.startsWith(NON_HTTP_CODE) ? 0 : Number(bytes);
}

function summaryOf(rows: readonly Row[]): Sent['summary'] {
  const labels = [...new Set(rows.map((row) => row['label'] ?? ''))].sort();
  return labels.map((label) => {
    const own = rows.filter((row) => row['label'] === label);
    const failed = own.filter((row) => row['success'] === 'false').length;
    return [label, own.length, failed / own.length] as const;
  });
}
