import { expect } from 'vitest';
import { byName, RUN_COUNTS } from '../../src/runs/documents/counts.ts';
import type { VerifyCounts, VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import type { Ended } from './qbl.ts';

/** The record that `--json` prints. Standard output must contain nothing else. */
export function recordOf({ stdout, stderr }: Ended): VerifyRecord {
  expect(stdout, `one line of JSON; standard error:\n${stderr}`).toMatch(/^\{.*\}\n$/);
  const record = JSON.parse(stdout);
  expectCountsAddUp(record);
  return record;
}

export function countsOf(record: VerifyCounts): VerifyCounts {
  return byName([...RUN_COUNTS, 'foreign'], (name) => record[name]);
}

/** Checks the equations that always hold between the counts. */
export function expectCountsAddUp(counts: VerifyCounts): void {
  const { sent, acked, rejected, indeterminate, received, lost } = counts;
  const { recovered, unresolved, phantom, unexpected } = counts;
  expect(sent, 'sent').toBe(acked + rejected + indeterminate);
  expect(indeterminate, 'indeterminate').toBe(recovered + unresolved);
  expect(received, 'received').toBe(acked - lost + recovered + phantom + unexpected);
}
