import { expect } from 'vitest';
import { byName, RUN_COUNTS } from '../../src/runs/documents/counts.ts';
import type { VerifyCounts, VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import type { Ended } from './qbl.ts';

/** The record that `--json` prints: standard output carries it and nothing else. */
export function recordOf({ stdout, stderr }: Ended): VerifyRecord {
  expect(stdout, `one line of JSON; standard error says:\n${stderr}`).toMatch(/^\{.*\}\n$/);
  const record = JSON.parse(stdout);
  expectCountsAddUp(record);
  return record;
}

export function countsOf(record: VerifyCounts): VerifyCounts {
  return byName([...RUN_COUNTS, 'foreign'], (name) => record[name]);
}

/** What always holds, whatever became of the messages. */
export function expectCountsAddUp(counts: VerifyCounts): void {
  const { sent, acked, rejected, indeterminate, received, lost } = counts;
  const { recovered, unresolved, phantom, unexpected } = counts;
  expect(sent, 'sent').toBe(acked + rejected + indeterminate);
  expect(indeterminate, 'indeterminate').toBe(recovered + unresolved);
  expect(received, 'received').toBe(acked - lost + recovered + phantom + unexpected);
}
