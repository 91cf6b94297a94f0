import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pace } from './pacer.ts';

const rate = fc.integer({ min: 1, max: 100_000 });
const elapsedMs = fc.double({ min: 0, max: 1e7, noNaN: true });
const sent = fc.nat(1e6);

describe('pace', () => {
  it('sends at once without a rate until the duration has passed', () => {
    expect(pace({ rate: null, startMs: 0, durationMs: null }, 7, 3)).toEqual({ kind: 'send', intendedMs: 7 });
    expect(pace({ rate: null, startMs: 0, durationMs: 10 }, 9.9, 3).kind).toBe('send');
    expect(pace({ rate: null, startMs: 0, durationMs: 10 }, 10, 3)).toEqual({ kind: 'stop' });
  });

  it('never sends before the slot, and returns the time until the slot', () => {
    fc.assert(
      fc.property(rate, elapsedMs, sent, (perSecond, elapsed, count) => {
        const slotMs = (count * 1000) / perSecond;
        const turn = pace({ rate: perSecond, startMs: 0, durationMs: null }, elapsed, count);
        if (turn.kind === 'send') expect([turn.intendedMs, slotMs <= elapsed]).toEqual([slotMs, true]);
        else expect(turn).toEqual({ kind: 'wait', ms: slotMs - elapsed });
      }),
    );
  });

  it('catches up with the schedule after a pause and never runs ahead of it', () => {
    fc.assert(
      fc.property(rate, fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), (perSecond, pauses) => {
        let elapsed = 0;
        let count = 0;
        for (const pause of pauses) {
          elapsed += pause;
          while (pace({ rate: perSecond, startMs: 0, durationMs: null }, elapsed, count).kind === 'send')
            count += 1;
          expect(count).toBe(slotsUntil(elapsed, perSecond));
        }
      }),
    );
  });

  it('uses every slot before the end and none after it', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 100 }), (perSecond, durationMs) => {
        let count = 0;
        while (pace({ rate: perSecond, startMs: 0, durationMs }, durationMs - 0.001, count).kind === 'send')
          count += 1;
        expect(Math.abs(count - (perSecond * durationMs) / 1000)).toBeLessThanOrEqual(1);
        expect(pace({ rate: perSecond, startMs: 0, durationMs }, durationMs, 0)).toEqual({ kind: 'stop' });
      }),
    );
  });

  it('stops instead of waiting for a slot after the end', () => {
    expect(pace({ rate: 1, startMs: 0, durationMs: 900 }, 10, 1)).toEqual({ kind: 'stop' });
  });
});

/**
 * A rate sends at the times 0, 1000/rate, 2000/rate and so on. Returns how many of these times are at most `elapsed`.
 */
function slotsUntil(elapsed: number, perSecond: number): number {
  let slots = 0;
  while ((slots * 1000) / perSecond <= elapsed) slots += 1;
  return slots;
}
