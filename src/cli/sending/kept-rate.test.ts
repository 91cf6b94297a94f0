import { describe, expect, it } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { Plan, ThreadGroup } from '../../plan/plan.ts';
import { SendTimes } from '../../samples/rate-kept.ts';
import { Statistics } from '../../samples/summary/statistics.ts';
import { keptRate } from './kept-rate.ts';

const START = 1_795_446_132_123;
const REQUEST = {
  name: 'a',
  url: 'http://localhost/',
  method: 'POST',
  headers: {},
  body: '{}',
  timeoutMs: 1_000,
} as const;
/** 400 requests at 100 requests per second. */
const GROUP: ThreadGroup = {
  name: 'g',
  threads: 10,
  loops: 20,
  durationMs: null,
  rampUpMs: 0,
  onSampleError: 'startnextloop',
  requests: [REQUEST, { ...REQUEST, name: 'b' }],
};

/** The rate of a completed run with one request every `everyMs`, of which `failed` failed. */
function rateAfter(
  count: number,
  everyMs: number,
  failed: number,
  group: Partial<ThreadGroup>,
  { endedAt = count * everyMs, stoppedAt = null as number | null, reason = 'completed' } = {},
) {
  const sendTimes = new SendTimes();
  const statistics = new Statistics();
  for (let sent = 0; sent < count; sent++) {
    sendTimes.add(START + sent * everyMs);
    const success = sent >= failed;
    const sample = {
      timeStampMs: START,
      bytes: 1,
      sentBytes: 1,
      success,
      elapsedMs: 1,
      responseCode: success ? '200' : '500',
      responseMessage: '',
    };
    statistics.add(sample, success ? 'acked' : 'indeterminate');
  }
  const plan: Plan = { name: 'p', threadGroups: [{ ...GROUP, ...group }], rate: 100, identity: IN_BODY };
  const endedMs = START + endedAt;
  const stoppedMs = stoppedAt === null ? null : START + stoppedAt;
  const times = { dueFromMs: START, stoppedMs, endedMs };
  return keptRate({ sendTimes, statistics, ...times, reason }, plan, 0.01);
}

describe('the rate of a run with failed requests', () => {
  it('is kept if only requests are missing that threads skipped or did not reach', () => {
    expect(rateAfter(200, 10, 200, {})).toMatchObject({
      due: 200,
      sent: 200,
      achievedPerSecond: 100,
      kept: true,
    });
    const stopped = { onSampleError: 'stopthread', durationMs: 30_000 } as const;
    const cut = rateAfter(200, 10, 10, stopped, { reason: 'stopthread' });
    expect(cut).toMatchObject({ due: 200, sent: 200, kept: true });
  });

  it('is kept if a response comes late after the last request of the loops', () => {
    const late = { endedAt: 64_000 };
    expect(rateAfter(400, 10, 1, { durationMs: 30_000 }, late)).toMatchObject({ due: 400, kept: true });
    expect(rateAfter(200, 10, 200, { durationMs: 30_000 }, late)).toMatchObject({ due: 200, kept: true });
    expect(rateAfter(400, 10, 1, {}, late)).toMatchObject({ due: 400, sent: 400, kept: true });
  });

  it('never expects more requests than the loops of the plan have', () => {
    expect(rateAfter(400, 11, 1, {})).toMatchObject({ due: 400 });
  });

  it('is missed if the requests were sent too slowly', () => {
    expect(rateAfter(200, 20, 200, {})).toMatchObject({ due: 399, kept: false });
  });

  it('is missed if the threads sent nothing more although the planned time was not over', () => {
    const stalled = rateAfter(200, 10, 1, { loops: null, durationMs: 4_000 }, { endedAt: 3_999 });
    expect(stalled).toMatchObject({ due: 400, sent: 200, kept: false });
  });

  it('is missed if requests are missing that no failed request explains', () => {
    expect(rateAfter(200, 10, 0, {})).toMatchObject({ due: 400, sent: 200, kept: false });
    expect(rateAfter(200, 10, 10, { onSampleError: 'continue' })).toMatchObject({ due: 400, kept: false });
  });
});

describe('the rate of a run that a user stopped', () => {
  const endless = { loops: null } as const;

  it('is missed if all threads waited for responses before the stop', () => {
    const stalled = { endedAt: 34_000, stoppedAt: 4_000 };
    const missed = { due: 400, sent: 200, achievedPerSecond: 50, kept: false };
    expect(rateAfter(200, 10, 0, endless, stalled)).toMatchObject(missed);
    expect(rateAfter(200, 10, 5, endless, stalled)).toMatchObject(missed);
    expect(rateAfter(200, 10, 0, {}, { ...stalled, reason: 'stopped' })).toMatchObject(missed);
  });

  it('is kept if nothing was due between the last request and the stop', () => {
    for (const stoppedAt of [1_990, 2_000, 2_010])
      expect(rateAfter(200, 10, 0, endless, { stoppedAt })).toMatchObject({ sent: 200, kept: true });
    const planned = { stoppedAt: 9_000, reason: 'stopped' };
    expect(rateAfter(400, 10, 0, {}, planned)).toMatchObject({ due: 400, kept: true });
    const timed = { ...endless, durationMs: 2_000 };
    expect(rateAfter(200, 10, 0, timed, { stoppedAt: 2_900 })).toMatchObject({ due: 200, kept: true });
  });

  it('is kept if failed requests had already ended the run', () => {
    const stoptest = { ...endless, onSampleError: 'stoptest' } as const;
    const waiting = { endedAt: 10_000, stoppedAt: 10_000, reason: 'stoptest' };
    expect(rateAfter(500, 10, 1, stoptest, waiting)).toMatchObject({ due: 500, sent: 500, kept: true });
  });

  it('has no due requests if the stop came before the first request', () => {
    expect(rateAfter(0, 10, 0, endless, { stoppedAt: -5 })).toMatchObject({ due: 0, sent: 0, kept: true });
  });
});
