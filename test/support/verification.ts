import { expect } from 'vitest';
import type { Counts, VerifyRecord } from '../../src/runs/verify-json.ts';
import type { Ended } from './qbl.ts';

const COUNTS = [
  'sent',
  'acked',
  'rejected',
  'indeterminate',
  'received',
  'lost',
  'duplicated',
  'phantom',
  'unexpected',
  'foreign',
  'corrupt',
  'enriched',
  'recovered',
  'unresolved',
  'outOfOrder',
] as const satisfies readonly (keyof Counts)[];

/** The record that `--json` prints: standard output carries it and nothing else. */
export function recordOf({ stdout, stderr }: Ended): VerifyRecord {
  expect(stdout, `one line of JSON; standard error says:\n${stderr}`).toMatch(/^\{.*\}\n$/);
  const record = JSON.parse(stdout);
  expectCountsAddUp(record);
  return record;
}

export function countsOf(record: Counts): Counts {
  return Object.fromEntries(COUNTS.map((name) => [name, record[name]])) as unknown as Counts;
}

/** What always holds, whatever became of the messages. */
export function expectCountsAddUp(counts: Counts): void {
  const { sent, acked, rejected, indeterminate, received, lost } = counts;
  const { recovered, unresolved, phantom, unexpected } = counts;
  expect(sent, 'sent').toBe(acked + rejected + indeterminate);
  expect(indeterminate, 'indeterminate').toBe(recovered + unresolved);
  expect(received, 'received').toBe(acked - lost + recovered + phantom + unexpected);
}
