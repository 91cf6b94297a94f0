import { describe, expect, it } from 'vitest';
import type { OnSampleError } from '../../plan/plan.ts';
import { LoopController } from './loop-controller.ts';

/**
 * Returns the positions (`loop.request`) of the requests that a thread sends. The samples at the positions `failing`
 * fail.
 */
function walk(
  loops: number | null,
  requests: number,
  onSampleError: OnSampleError,
  failing: readonly string[] = [],
  most = 100,
): string[] {
  const controller = new LoopController({ loops, requests, onSampleError });
  const places: string[] = [];
  while (!controller.ended && places.length < most) {
    const place = `${controller.loop}.${controller.request}`;
    places.push(place);
    controller.advance({ success: !failing.includes(place) });
  }
  return places;
}

describe('LoopController', () => {
  it('sends every request in every loop', () => {
    expect(walk(2, 3, 'continue')).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2', '2.3']);
    expect(walk(2, 3, 'continue', ['1.1', '2.3'])).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2', '2.3']);
  });

  it('is endless without a number of loops', () => {
    expect(walk(null, 1, 'continue', [], 7).at(-1)).toBe('7.1');
  });

  it('sends nothing in 0 loops', () => {
    expect(walk(0, 1, 'continue')).toEqual([]);
  });

  it('skips the rest of a loop with startnextloop', () => {
    expect(walk(3, 2, 'startnextloop', ['1.1', '2.2'])).toEqual(['1.1', '2.1', '2.2', '3.1', '3.2']);
    expect(walk(1, 2, 'startnextloop', ['1.1'])).toEqual(['1.1']);
  });

  it('ends the thread after a failed sample in the modes that stop', () => {
    for (const mode of ['stopthread', 'stoptest', 'stoptestnow'] as const) {
      expect(walk(3, 2, mode, ['1.2'])).toEqual(['1.1', '1.2']);
    }
  });
});
