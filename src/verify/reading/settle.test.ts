import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Drain, Reader } from '../../queue/reader.ts';
import { drainAndSettle } from './settle.ts';

const DRAINED: Drain = { complete: true, ends: new Map() };
const LOOK_TAKES_MS = 2_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Looks {
  readonly interruptedAt?: number;
  readonly drained?: Drain;
  /**
   * What the drain (the reading to the end of the queue) during which the user interrupts returns. By default the same
   * as the other drains.
   */
  readonly atInterrupt?: Drain;
  /** What every drain (reading to the end of the queue) after the first returns. By default the same as the first. */
  readonly later?: Drain;
  readonly wantsQuiet?: boolean;
  readonly deadlineMs?: number;
}

/**
 * Runs drainAndSettle with a reader whose drains (readings to the end of the queue) take two seconds each. `after` has
 * one number for each drain: how many messages are still missing after it, or with `wantsQuiet`, how many were found so
 * far.
 */
async function settle(settleMs: number, after: readonly number[], some: Looks = {}) {
  const {
    interruptedAt,
    drained = DRAINED,
    later = drained,
    atInterrupt = later,
    wantsQuiet = false,
    deadlineMs = Infinity,
  } = some;
  const interrupt = new AbortController();
  let looks = 0;
  const reader: Pick<Reader, 'drain'> = {
    drain: async () => {
      vi.advanceTimersByTime(LOOK_TAKES_MS);
      looks++;
      if (looks === interruptedAt) interrupt.abort();
      if (looks === interruptedAt) return atInterrupt;
      return looks === 1 ? drained : later;
    },
  };
  const unsettled = () => {
    const count = after[looks - 1] ?? 0;
    return wantsQuiet ? { missing: 0, seen: count, wantsQuiet } : { missing: count, seen: 0, wantsQuiet };
  };
  const shown: number[] = [];
  const settled = await drainAndSettle(reader, {
    settleMs,
    deadlineMs,
    signal: interrupt.signal,
    unsettled,
    onWaiting: ({ leftMs }) => shown.push(leftMs),
  });
  const { drain, interrupted, settling } = settled;
  return { drain, looks, interrupted, waitedFor: settling.waitedFor, waitedMs: settling.waitedMs, shown };
}

describe('drainAndSettle', () => {
  it('restarts the settle time with each message that arrives', async () => {
    const expected = { drain: DRAINED, looks: 4, waitedFor: 'missing', waitedMs: 6_000 };
    expect(await settle(3_000, [3, 2, 1, 0])).toMatchObject(expected);
  });

  it('stops when nothing has arrived for the settle time', async () => {
    expect(await settle(3_000, [3, 2, 2, 2, 1, 0])).toMatchObject({ drain: DRAINED, looks: 4 });
  });

  it('does not wait when nothing is missing', async () => {
    const expected = { looks: 1, waitedFor: 'nothing', waitedMs: 0, interrupted: false };
    expect(await settle(3_000, [0])).toMatchObject(expected);
  });

  it('does not wait when the deadline passed before the end of the queue was reached', async () => {
    const drained: Drain = { complete: false, reason: 'the deadline', ends: null };
    expect(await settle(3_000, [3, 3], { drained })).toMatchObject({ drain: drained, looks: 1 });
  });

  it('reports an incomplete reading, with the reason, when the deadline passes during the wait', async () => {
    const deadlineMs = performance.now() + 3 * LOOK_TAKES_MS;
    const { drain, looks } = await settle(60_000, [3, 3, 3, 3, 3], { deadlineMs, wantsQuiet: true });
    expect(looks).toBe(3);
    const reason =
      '--deadline passed while verify waited for more messages of the run: set --deadline to more than --settle';
    expect(drain).toEqual({ complete: false, reason, ends: DRAINED.ends });
  });

  it('reports an interrupted wait only if messages could still arrive', async () => {
    const interruptedAt = 2;
    expect(await settle(60_000, [3, 3, 3], { interruptedAt })).toMatchObject({ looks: 2, interrupted: true });
    expect(await settle(60_000, [3, 0], { interruptedAt })).toMatchObject({ looks: 2, interrupted: false });
    const quiet = { wantsQuiet: true, interruptedAt };
    expect(await settle(60_000, [3, 3], quiet)).toMatchObject({ looks: 2, interrupted: true });
  });

  it('uses the result of the last check: new ends, or an incomplete reading', async () => {
    const further: Drain = { complete: true, ends: new Map([[0, 7]]) };
    expect(await settle(3_000, [3, 2, 0], { later: further })).toMatchObject({ drain: further, looks: 3 });
    const cut: Drain = { complete: false, reason: 'no answer', ends: null };
    expect(await settle(3_000, [3, 3], { later: cut })).toMatchObject({ drain: cut, looks: 2 });
  });

  it("keeps the previous complete reading when a check of the queue's end is interrupted", async () => {
    const atInterrupt: Drain = { complete: false, reason: 'no answer', ends: null };
    const settled = await settle(60_000, [3, 3, 3], { interruptedAt: 2, atInterrupt });
    expect(settled).toMatchObject({ drain: DRAINED, looks: 2, interrupted: true });
  });

  it('waits until the queue is quiet if one more message would matter, even if none is missing', async () => {
    const expected = { looks: 5, waitedFor: 'quiet', waitedMs: 8_000 };
    expect(await settle(3_000, [10, 10, 11, 11, 11], { wantsQuiet: true })).toMatchObject(expected);
  });

  it('reports the remaining wait time', async () => {
    expect((await settle(5_000, [3, 3, 2, 2, 2, 2])).shown).toEqual([5_000, 3_000, 5_000, 3_000, 1_000]);
  });
});
