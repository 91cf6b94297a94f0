import { expect, test } from 'vitest';
import { comparisonTable } from './table.ts';

const rounds = (...values: number[]) => values.map((value) => ({ 'wall ms': value }));

test('shows the median, the spread, the ratio to each peer, and why a peer is missing', () => {
  const sides = [
    { name: 'fast', isPeer: true, rounds: rounds(9, 10, 30) },
    { name: 'slow', isPeer: true, rounds: rounds(100, 50, 200) },
    { name: 'ours', isPeer: false, rounds: rounds(25, 20, 12) },
  ];
  const missing = [{ name: 'absent', missing: 'cargo is not on the PATH' }];
  expect(comparisonTable([{ comparison: 'start', sides, missing }])).toBe(
    `
| comparison | figure  | side   | median | from |  to | ratio                             |
| ---------- | ------- | ------ | -----: | ---: | --: | --------------------------------- |
| start      | wall ms | fast   |     10 |    9 |  30 |                                   |
| start      | wall ms | slow   |    100 |   50 | 200 |                                   |
| start      | wall ms | ours   |     20 |   12 |  25 | 2.00 × fast, 0.20 × slow          |
| start      |         | absent |        |      |     | missing: cargo is not on the PATH |
`.trim(),
  );
});
