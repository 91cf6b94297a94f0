import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../src/message/identity.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { SummaryRecord } from '../../src/runs/documents/summary-json.ts';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { NON_HTTP_CODE, type Outcome } from '../../src/samples/outcome.ts';
import { readSamples } from '../../src/verify/gathering/samples.ts';
import { execute } from '../long/tools.ts';
import { type Ended, qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';
import { LOOPS, parityPlan, REQUESTS, THREADS } from './parity-plan.ts';
import { summaryReportTables } from './summary-report-table.ts';
import {
  BEHAVIOURS,
  behaviourOf,
  keyOf,
  startUnreliableServer,
  type UnreliableServer,
} from './unreliable-server.ts';

/** Tests that JMeter and blast send the same plan to the same server with the same results. */

/** `jmx` is blast with the file that `qbl jmeter --render` made from the plan. */
const SENDERS = ['jmeter', 'blast', 'jmx'] as const;
type Sender = (typeof SENDERS)[number];

const DEADLINE_MS = 120_000;

/** The fields of a sample that must be equal. */
interface Row {
  readonly label: string;
  readonly threadName: string;
  readonly loop: string;
  readonly responseCode: string;
  readonly responseMessage: string;
  readonly success: string;
  readonly URL: string;
  readonly bytes: string;
  readonly sentBytes: string;
}

describeWith(['java', 'mvn'], 'JMeter and blast', () => {
  let home: string;
  let folder: string;
  let server: UnreliableServer;
  let ended: Record<Sender, Ended>;

  beforeAll(async () => {
    home = await jmeterHome();
    folder = await makeTempFolder();
    server = await startUnreliableServer();
    await writeFile(join(folder, 'plan.yaml'), parityPlan(server));
    const plan = ['--plan', 'plan.yaml'];
    const rendered = await send('jmeter', 'rendered', ...plan, '--render', 'plan.jmx');
    expect(rendered.code, rendered.stderr).toBe(0);
    const jmeter = send('jmeter', 'jmeter', ...plan);
    const blast = await send('blast', 'blast', ...plan);
    const jmx = await send('blast', 'jmx', '--plan', 'plan.jmx');
    ended = { jmeter: await jmeter, blast, jmx };
    for (const { code, stderr } of Object.values(ended)) expect(code, stderr).toBe(0);
  });

  afterAll(async () => {
    await server?.close();
    if (folder !== undefined) await removeFolder(folder);
  });

  function send(command: string, run: string, ...args: string[]): Promise<Ended> {
    const options = {
      folder,
      env: { JMETER_HOME: home, JVM_ARGS: SHORT_JVM.join(' ') },
      deadlineMs: DEADLINE_MS,
    };
    return qbl([command, '--run', run, '--allow-errors', ...args], options);
  }

  const samplesFile = (sender: Sender) => runFile(folder, sender, 'samples.jtl');

  async function rowsOf(sender: Sender): Promise<Row[]> {
    const text = await readFile(samplesFile(sender), 'utf8');
    expect(text.split('\n', 1)).toEqual([JTL_HEADER]);
    return parse(text, { columns: true });
  }

  async function byPlace<T>(sender: Sender, value: (row: Row) => T): Promise<Record<string, T>> {
    const rows = await rowsOf(sender);
    const entries = rows.map(
      (row) => [`${row.threadName} | ${row.loop} | ${row.label}`, value(row)] as const,
    );
    expect(new Set(entries.map(([place]) => place)).size).toBe(rows.length);
    return Object.fromEntries(entries.sort());
  }

  /** The outcomes of messages, derived as in verify. */
  async function outcomesOf(sender: Sender): Promise<Map<string, { identity: Identity; outcome: Outcome }>> {
    const run = JSON.parse(await readFile(runFile(folder, sender, 'run.json'), 'utf8'));
    const plan: Plan = run.plan;
    const outcomes = new Map<string, { identity: Identity; outcome: Outcome }>();
    const source = { file: samplesFile(sender), run: sender, plan, labels: [], sender: run.sender };
    const read = await readSamples(
      { ...source, rejectedStatuses: new Set(), isForeign: false },
      (identity, outcome) => {
        outcomes.set(keyOf({ ...identity, run: '' }), { identity, outcome });
      },
    );
    expect(read).toMatchObject({ rows: outcomes.size, torn: false, unplaced: 0 });
    return outcomes;
  }

  describe.each(['blast', 'jmx'] as const)('%s', (sender) => {
    test('JMeter and blast write the same samples: label, thread name, loop, response, success and URL', async () => {
      const compared = ({ responseCode, responseMessage, success, URL }: Row) => ({
        responseCode,
        responseMessage,
        success,
        URL,
      });
      expect(await byPlace(sender, compared)).toEqual(await byPlace('jmeter', compared));
    });

    test('JMeter and blast give the same outcomes', async () => {
      const outcomes = async (of: Sender) =>
        Object.fromEntries([...(await outcomesOf(of))].map(([key, { outcome }]) => [key, outcome]).sort());
      expect(await outcomes(sender)).toEqual(await outcomes('jmeter'));
    });

    test('JMeter and blast count the same bytes of complete responses', async () => {
      const bytes = ({ responseCode, bytes }: Row) =>
        responseCode.startsWith(NON_HTTP_CODE) ? null : Number(bytes);
      expect(await byPlace(sender, bytes)).toEqual(await byPlace('jmeter', bytes));
    });
  });

  test('the server showed each of its behaviors, and each thread group sent what its error mode allows', async () => {
    const outcomes = [...(await outcomesOf('jmeter')).values()];
    const first = outcomes.filter(({ identity }) => identity.group === 1);
    expect(new Set(first.map(({ identity }) => behaviourOf(identity)))).toEqual(new Set(BEHAVIOURS));
    expect(first).toHaveLength(THREADS * LOOPS * REQUESTS);
    expect(new Set(first.map(({ outcome }) => outcome)).size).toBe(3);
    const countOf = (group: number) => outcomes.filter(({ identity }) => identity.group === group).length;
    expect([countOf(2), countOf(3)]).toEqual([4, 2]);
    expect(countOf(4)).toBeLessThan(2 * LOOPS * 2);
    expect(countOf(5)).toBeLessThan(5 * LOOPS * 2);
  });

  test.each(SENDERS)('%s counts the bytes that it sent', async (sender) => {
    const outcomes = await outcomesOf(sender);
    const rows = await rowsOf(sender);
    const identities = [...outcomes.values()].map(({ identity }) => identity);
    for (const [index, { responseCode, sentBytes }] of rows.entries()) {
      const identity = identities[index];
      if (identity === undefined || responseCode.startsWith(NON_HTTP_CODE)) continue;
      expect(Number(sentBytes), keyOf(identity)).toBe(server.receivedBytes.get(keyOf(identity)));
    }
  });

  // org.apache.jmeter.report.dashboard.ReportGenerator computes the numbers in statistics.json.
  test("JMeter creates its dashboard from blast's samples, with the same numbers as blast", async () => {
    const dashboard = join(folder, 'dashboard');
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    const args = ['-g', samplesFile('blast'), '-o', dashboard, '-j', 'dashboard.log'];
    await execute('java', [...SHORT_JVM, '-jar', jar, ...args], folder);
    expect(await readFile(join(dashboard, 'index.html'), 'utf8')).toContain('Apache JMeter Dashboard');
    const statistics = JSON.parse(await readFile(join(dashboard, 'statistics.json'), 'utf8'));
    const { rows } = await summaryOf('blast');
    const labels = rows.map(({ label }) => (label === 'TOTAL' ? 'Total' : label));
    expect(Object.keys(statistics).sort()).toEqual(labels.sort());
    for (const { label, samples, errorRatio, minMs, maxMs } of rows) {
      expect(statistics[label === 'TOTAL' ? 'Total' : label]).toMatchObject({
        sampleCount: samples,
        errorCount: Math.round(errorRatio * samples),
        minResTime: minMs,
        maxResTime: maxMs,
      });
    }
  });

  // org.apache.jmeter.visualizers.SummaryReport uses org.apache.jmeter.util.Calculator.
  test("blast's Summary Report equals JMeter's for the same samples, to the last digit", async () => {
    const tables = await summaryReportTables(home, SENDERS.map(samplesFile), folder);
    for (const [index, sender] of SENDERS.entries()) {
      const { shown = [], values } = tables[index] ?? {};
      expect(
        (await summaryOf(sender)).rows.map((row) => Object.values(row)),
        sender,
      ).toEqual(values);
      const printed = ended[sender].stdout.replaceAll(/ +/g, ' ');
      for (const cells of shown) expect(printed, sender).toContain(cells.join(' '));
    }
  });

  async function summaryOf(sender: Sender): Promise<SummaryRecord> {
    return JSON.parse(await readFile(runFile(folder, sender, 'summary.json'), 'utf8'));
  }
});
