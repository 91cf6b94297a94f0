import { expect, test } from 'vitest';
import type { CompareRecord } from '../runs/documents/compare-json.ts';
import { scalingOf } from './scaling.ts';

const comparison = (rows: CompareRecord['rows']): CompareRecord => ({
  schema: 'qbl.compare/1',
  title: 'Load leveling by the queue',
  columns: ['queue', 'predicted'],
  rows,
  notes: [],
});

test('aligns the same figures of several runs, even if one run lacks some', () => {
  const failed = { name: 'availability: failed requests', unit: '' };
  const p99 = { name: '  latency of acked requests, p99', unit: 'ms' };
  const processed = { name: 'scalability: processed', unit: 'messages' };
  const nothingAcked = comparison([
    { ...failed, cells: [10, 0] },
    { ...processed, cells: [0, 0] },
  ]);
  const acked = comparison([
    { ...failed, cells: [0, 0] },
    { ...p99, cells: [20, null] },
    { ...processed, cells: [10, 10] },
  ]);
  const scaling = scalingOf([
    { instances: 1, comparison: nothingAcked },
    { instances: 2, comparison: acked },
  ]);
  expect(scaling.columns).toEqual(['1 instance', 'predicted', '2 instances', 'predicted']);
  expect(scaling.rows).toEqual([
    { ...failed, cells: [10, 0, 0, 0] },
    { ...p99, cells: [null, null, 20, null] },
    { ...processed, cells: [0, 0, 10, 10] },
  ]);
});
