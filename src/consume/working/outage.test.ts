import { describe, expect, test } from 'vitest';
import { mergeOutages } from '../../capacity/outages.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { runOutages } from './outages.ts';

describe('an outage', () => {
  test('goes together with one that it touches', () => {
    const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });
    expect(mergeOutages([at(30, 40), at(0, 10), at(10, 20), at(12, 15)])).toEqual([at(0, 20), at(30, 40)]);
  });

  test('takes the service away and brings it back, and ends with it', async () => {
    const clock = new SimulatedClock();
    const stop = new AbortController();
    const events: string[] = [];
    const note = (what: string) => async () => void events.push(`${what} ${clock.now()}`);
    const running = runOutages(1_000, {
      outages: [
        { fromMs: 500, toMs: 700 },
        { fromMs: 900, toMs: 5_000 },
      ],
      clock,
      signal: stop.signal,
      leave: note('left'),
      comeBack: note('back'),
    });
    await clock.passTo(2_500);
    stop.abort();
    await running;
    expect(events).toEqual(['left 1500', 'back 1700', 'left 1900']);
  });
});
