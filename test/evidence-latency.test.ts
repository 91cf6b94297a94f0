import { expect, it } from 'vitest';
import { evidenceBed } from './support/evidence-bed.ts';
import { message } from './support/history.ts';

/** From sending to arrival, by clocks that may differ. */

const bed = evidenceBed();
const { send, sent, produce, verdictOf } = bed;

it('shows arrivals before their sending instead of hiding them', async () => {
  const aheadMs = 3_600_000;
  await send('ahead', { aheadMs });
  const { latencyMs, latencySource } = await verdictOf('ahead');
  expect(latencySource).toBe('LogAppendTime');
  expect(latencyMs).toMatchObject({ count: 0, negative: 10 });
  expect(latencyMs.mostNegative).toBeLessThan(-3_000_000);
});

it('compares whole milliseconds with the whole milliseconds of the sending', async () => {
  await send('fraction', {
    value: (run, loop, sentAtMs) => message(run, loop, Math.floor(sentAtMs) + 0.999),
  });
  expect((await verdictOf('fraction')).latencyMs.negative).toBe(0);
});

it('has one latency of a repeated message, that of its first sight', async () => {
  await send('repeated');
  for (const loop of [3, 3, 7]) await produce(sent('repeated', loop));
  const { latencyMs, duplicated } = await verdictOf('repeated');
  expect([latencyMs.count + latencyMs.negative, duplicated]).toEqual([10, 2]);
});

it('has no latency of a damaged message, whose time of sending may be damaged too', async () => {
  const value = (run: string, loop: number) =>
    message(run, loop).replace(/"sentAt":"\d/, (text) => (loop === 5 ? '"sentAt":"9' : text));
  await send('damaged', { value });
  const { latencyMs, corrupt } = await verdictOf('damaged');
  expect([latencyMs.count + latencyMs.negative, corrupt]).toEqual([9, 1]);
});
