import { expect, it } from 'vitest';
import { InFlight } from './in-flight.ts';

const SOON_MS = 30;
const inMs = (ms: number) => performance.now() + ms;

it('admits messages while there is room, by count and by bytes', async () => {
  const inFlight = new InFlight(3, 100);
  expect(await inFlight.enter(2, 60, inMs(1_000))).toBe(true);
  expect(await inFlight.enter(2, 10, inMs(SOON_MS))).toBe(false);
  expect(await inFlight.enter(1, 50, inMs(SOON_MS))).toBe(false);
  expect(await inFlight.enter(1, 40, inMs(1_000))).toBe(true);
});

it('admits a batch that is larger than the limits, but no other batch with it', async () => {
  const inFlight = new InFlight(3, 100);
  expect(await inFlight.enter(10, 1_000, inMs(1_000))).toBe(true);
  expect(await inFlight.enter(1, 1, inMs(SOON_MS))).toBe(false);
});

it('admits callers in the order in which they asked', async () => {
  const inFlight = new InFlight(3, 100);
  await inFlight.enter(3, 90, inMs(1_000));
  const order: string[] = [];
  const entering = [
    inFlight.enter(3, 30, inMs(30_000)).then(() => order.push('large')),
    inFlight.enter(1, 10, inMs(30_000)).then(() => order.push('small')),
  ];
  // Now there is room for the small batch, but not for the large batch. The small batch must wait, because the large
  // batch asked first.
  inFlight.leave(30);
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  for (const bytes of [30, 30, 30, 30, 0]) {
    inFlight.leave(bytes);
    await new Promise(setImmediate);
  }
  await Promise.all(entering);
  expect(order).toEqual(['large', 'small']);
});

it('admits nothing after the deadline, even if there is room', async () => {
  const inFlight = new InFlight(3, 100);
  expect(await inFlight.enter(1, 1, inMs(-1))).toBe(false);
});
