import { expect, it, onTestFinished } from 'vitest';
import { originOf } from '../wire/origin.ts';
import { Connections } from './connections.ts';

it('keeps one connection to each server, and closes the one that was not used for the longest time', () => {
  const connections = new Connections({});
  onTestFinished(() => connections.close());
  const to = (n: number) => connections.to(originOf(new URL(`http://server-${n}.test`)));
  const opened = Array.from({ length: 120 }, (_, n) => to(n));
  expect(to(0)).toBe(opened[0]);
  to(120);
  expect(to(2)).toBe(opened[2]);
  expect(to(0)).toBe(opened[0]);
  expect(to(1)).not.toBe(opened[1]);
});
