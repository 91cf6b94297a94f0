import { expect, it } from 'vitest';
import { evidenceBed } from './support/evidence-bed.ts';
import { message } from './support/history.ts';

/** Tests the end-to-end latency with clocks that may differ. */

const bed = evidenceBed();
const { send, sent, produce, verdictOf } = bed;

it('reports arrivals before the send time instead of hiding them', async () => {
  const aheadMs = 3_600_000;
  await send('ahead', { aheadMs });
  const { latencyMs, latencySource } = await verdictOf('ahead');
  expect(latencySource).toBe('LogAppendTime');
  expect(latencyMs).toMatchObject({ count: 0, negative: 10 });
  expect(latencyMs.mostNegative).toBeLessThan(-3_000_000);
});

it('compares a timestamp in whole milliseconds with the send time in whole milliseconds', async () => {
  await send('fraction', {
    value: (run, loop, sentAtMs) => message(run, loop, Math.floor(sentAtMs) + 0.999),
  });
  expect((await verdictOf('fraction')).latencyMs.negative).toBe(0);
});

it('counts one latency for a repeated message, that of its first copy', async () => {
  await send('repeated');
  for (const loop of [3, 3, 7]) await produce(sent('repeated', loop));
  const { latencyMs, duplicated } = await verdictOf('repeated');
  expect([latencyMs.count + latencyMs.negative, duplicated]).toEqual([10, 2]);
});

it('counts no latency for a damaged message, because its send time may be damaged too', async () => {
  const value = (run: string, loop: number) =>
    message(run, loop).replace(/"sentAt":"\d/, (text) => (loop === 5 ? '"sentAt":"9' : text));
  await send('damaged', { value });
  const { latencyMs, corrupt } = await verdictOf('damaged');
  expect([latencyMs.count + latencyMs.negative, corrupt]).toEqual([9, 1]);
});
