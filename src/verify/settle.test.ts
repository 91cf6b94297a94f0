import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Drain, Reader } from '../queue/queue.ts';
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
}

/** Looks at the queue's end, of which each takes two seconds; so many messages are missing after each. */
async function settle(settleMs: number, missingAfter: readonly number[], some: Looks = {}) {
  const { interruptedAt, drained = DRAINED } = some;
  const interrupt = new AbortController();
  let looks = 0;
  const reader: Pick<Reader, 'drain'> = {
    drain: async () => {
      vi.advanceTimersByTime(LOOK_TAKES_MS);
      looks++;
      if (looks === interruptedAt) interrupt.abort();
      return drained;
    },
  };
  const missing = () => missingAfter[looks - 1] ?? 0;
  const options = { settleMs, deadlineMs: Infinity, signal: interrupt.signal, missing };
  const drain = await drainAndSettle(reader, options);
  return { drain, looks };
}

describe('the time to settle', () => {
  it('begins anew with each message that arrives', async () => {
    expect(await settle(3_000, [3, 2, 1, 0])).toEqual({ drain: DRAINED, looks: 4 });
  });

  it('is over when nothing has arrived for so long', async () => {
    expect(await settle(3_000, [3, 2, 2, 2, 1, 0])).toEqual({ drain: DRAINED, looks: 4 });
  });

  it('is spent on nobody when nothing is missing', async () => {
    expect(await settle(3_000, [0])).toEqual({ drain: DRAINED, looks: 1 });
  });

  it('is spent on nobody when the end was not reached before the deadline', async () => {
    const drained: Drain = { complete: false, reason: 'the deadline', ends: null };
    expect(await settle(3_000, [3, 3], { drained })).toEqual({ drain: drained, looks: 1 });
  });

  it('that is interrupted proves no loss, and takes nothing from what is whole', async () => {
    const drain = { complete: false, reason: expect.stringContaining('interrupted'), ends: DRAINED.ends };
    expect(await settle(60_000, [3, 3, 3], { interruptedAt: 2 })).toEqual({ drain, looks: 2 });
    expect(await settle(60_000, [3, 0], { interruptedAt: 2 })).toEqual({ drain: DRAINED, looks: 2 });
  });
});
