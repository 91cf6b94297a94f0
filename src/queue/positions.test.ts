import { expect, test } from 'vitest';
import { highest, lowest } from './positions.ts';

test('each partition has the lowest or the highest of its offsets', () => {
  const all = [
    new Map([
      [0, 5],
      [1, 2],
    ]),
    new Map([[0, 3]]),
    new Map([
      [0, 4],
      [2, 0],
    ]),
  ];
  expect([...lowest(all)]).toEqual([
    [0, 3],
    [1, 2],
    [2, 0],
  ]);
  expect([...highest(all)]).toEqual([
    [0, 5],
    [1, 2],
    [2, 0],
  ]);
});
