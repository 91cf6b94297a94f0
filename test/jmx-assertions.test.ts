import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import type { SummaryRecord } from '../src/runs/documents/summary-json.ts';
import { runFiles } from '../src/runs/run-folder.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { edit } from './support/history.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

/** Tests that a failed assertion makes a sample fail, and does not change what the sample says about its message. */

const CODE_IS_201 = jmxElement(
  'ResponseAssertion',
  'Created',
  `<collectionProp name="Asserion.test_strings"><stringProp name="1">201</stringProp></collectionProp>${props(
    {
      'Assertion.test_field': 'Assertion.response_code',
      'Assertion.test_type': 8,
    },
  )}`,
);
const JSON_BODY = headerManager({ 'Content-Type': 'application/json' });
const PLAN = jmx(threadGroup({ loops: 5, under: [CODE_IS_201, JSON_BODY, sampler()] }));

test('qbl run counts failed assertions as errors, and still proves that every acked message arrived', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), PLAN);
  const ended = await qbl(['run', '--run', 'mine', '--plan', 'plan.jmx', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', sent: 5, acked: 5, received: 5, lost: 0 });
  const summary: SummaryRecord = JSON.parse(await readFile(runFile(folder, 'mine', 'summary.json'), 'utf8'));
  expect(summary.statistics).toMatchObject({ acked: 5, failed: 5, succeeded: 0 });
  expect(summary.rows.at(-1)).toMatchObject({ label: 'TOTAL', samples: 5, errorRatio: 1 });
  const report = ['report', 'mine', '--fail-if', 'errors > 0%'];
  expect((await qbl(report, { folder })).code).toBe(1);
});

test('qbl jmeter does not write a plan without its assertions', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), PLAN);
  const ended = await qbl(['jmeter', '--plan', 'plan.jmx', '--render', 'new.jmx'], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('Send: its assertions: qbl does not write assertions into a .jmx file');
});

describe("verify of JMeter's own samples", () => {
  const bed = evidenceBed();

  async function verdictOf(row: string) {
    const folder = await bed.send('mine', { drops: [3] });
    await edit(runFiles(folder).samples, (text) => {
      const lines = text.split('\n');
      return lines.map((line, at) => (at === 3 ? line.replace(',true,,', row) : line)).join('\n');
    });
    return bed.verdictOf('mine');
  }

  test('counts a message as lost if only an assertion on the time failed', async () => {
    const lost = { verdict: 'fail', acked: 10, lost: 1 };
    const text =
      'The operation lasted too long: It took 1,500 milliseconds, but should not have lasted longer than 1,000 milliseconds.';
    expect(await verdictOf(`,false,"${text}",`)).toMatchObject(lost);
  });

  test('does not know the outcome if an assertion failed that may have seen a refusal', async () => {
    const unknown = { acked: 9, indeterminate: 1, lost: 0 };
    expect(await verdictOf(',false,"Test failed: text expected to contain /\nok/",')).toMatchObject(unknown);
  });

  test('does not know the outcome of a failed sample with a status of success and no reason', async () => {
    expect(await verdictOf(',false,,')).toMatchObject({ acked: 9, indeterminate: 1, lost: 0 });
  });
});
