import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Drain, Reader } from '../../queue/queue.ts';
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
  /** What the look gives that is interrupted; the same as the others if not given. */
  readonly atInterrupt?: Drain;
  readonly wantsQuiet?: boolean;
  readonly deadlineMs?: number;
}

/** Looks at the queue's end, of which each takes two seconds; after each so many messages are missing, or were seen. */
async function settle(settleMs: number, after: readonly number[], some: Looks = {}) {
  const {
    interruptedAt,
    drained = DRAINED,
    atInterrupt = drained,
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
      return looks === interruptedAt ? atInterrupt : drained;
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

describe('the time to settle', () => {
  it('begins anew with each message that arrives', async () => {
    const expected = { drain: DRAINED, looks: 4, waitedFor: 'missing', waitedMs: 6_000 };
    expect(await settle(3_000, [3, 2, 1, 0])).toMatchObject(expected);
  });

  it('is over when nothing has arrived for so long', async () => {
    expect(await settle(3_000, [3, 2, 2, 2, 1, 0])).toMatchObject({ drain: DRAINED, looks: 4 });
  });

  it('is spent on nobody when nothing is missing', async () => {
    const expected = { looks: 1, waitedFor: 'nothing', waitedMs: 0, interrupted: false };
    expect(await settle(3_000, [0])).toMatchObject(expected);
  });

  it('is spent on nobody when the end was not reached before the deadline', async () => {
    const drained: Drain = { complete: false, reason: 'the deadline', ends: null };
    expect(await settle(3_000, [3, 3], { drained })).toMatchObject({ drain: drained, looks: 1 });
  });

  it('that the deadline cuts off is no end of the queue, and says why', async () => {
    const deadlineMs = performance.now() + 3 * LOOK_TAKES_MS;
    const { drain, looks } = await settle(60_000, [3, 3, 3, 3, 3], { deadlineMs, wantsQuiet: true });
    expect(looks).toBe(3);
    const reason =
      '--deadline passed while verify waited for more messages of the run: give it more time than --settle';
    expect(drain).toEqual({ complete: false, reason, ends: DRAINED.ends });
  });

  it('that is interrupted proves no loss, and takes nothing from what is whole', async () => {
    const interruptedAt = 2;
    expect(await settle(60_000, [3, 3, 3], { interruptedAt })).toMatchObject({ looks: 2, interrupted: true });
    expect(await settle(60_000, [3, 0], { interruptedAt })).toMatchObject({ looks: 2, interrupted: false });
    const quiet = { wantsQuiet: true, interruptedAt };
    expect(await settle(60_000, [3, 3], quiet)).toMatchObject({ looks: 2, interrupted: true });
  });

  it('keeps what was read to the end before when a look at the queue is interrupted', async () => {
    const atInterrupt: Drain = { complete: false, reason: 'no answer', ends: null };
    const settled = await settle(60_000, [3, 3, 3], { interruptedAt: 2, atInterrupt });
    expect(settled).toMatchObject({ drain: DRAINED, looks: 2, interrupted: true });
  });

  it('is spent on quiet where a message more would matter, though none is missing', async () => {
    const expected = { looks: 5, waitedFor: 'quiet', waitedMs: 8_000 };
    expect(await settle(3_000, [10, 10, 11, 11, 11], { wantsQuiet: true })).toMatchObject(expected);
  });

  it('is shown with what is left of it', async () => {
    expect((await settle(5_000, [3, 3, 2, 2, 2, 2])).shown).toEqual([5_000, 3_000, 5_000, 3_000, 1_000]);
  });
});
