import { describe, expect, it } from 'vitest';
import type { Doubt } from '../../queue/doubt.ts';
import type { Rules, VerifyCounts } from '../../runs/documents/verify-json.ts';
import { type Evidence, judge, type ServiceEvidence } from './verdict.ts';

describe('judge', () => {
  const clean: Omit<Evidence, 'provable'> = {
    differingContents: '',
    ended: true,
    incomplete: null,
    doubts: [],
    nothingFound: null,
    unclearSamples: null,
    mingled: null,
    unidentified: null,
    identity: true,
    nothingAcked: null,
    unproven: 0,
    redelivered: 0,
    unprovenReceipts: 0,
    service: null,
    unprovenServices: [],
    hops: null,
  };
  const lenient: Rules = { exactlyOnce: false, ordered: false };
  const fiveArrived: VerifyCounts = {
    sent: 5,
    acked: 5,
    rejected: 0,
    indeterminate: 0,
    received: 5,
    lost: 0,
    duplicated: 0,
    phantom: 0,
    unexpected: 0,
    corrupt: 0,
    enriched: 0,
    recovered: 0,
    unresolved: 0,
    outOfOrder: 0,
    foreign: 0,
    otherExecution: 0,
  };
  const counts = (some: Partial<VerifyCounts>): VerifyCounts => ({ ...fiveArrived, ...some });
  const judgedBy = (
    some: Partial<VerifyCounts>,
    evidence: Partial<Evidence> = {},
    rules: Partial<Rules> = {},
  ) => judge(counts(some), { ...clean, provable: counts(some), ...evidence }, { ...lenient, ...rules });
  const verdict = (...history: Parameters<typeof judgedBy>) => judgedBy(...history).verdict;

  it('passes when all evidence is complete and no problem is proven', () => {
    expect(
      verdict({ recovered: 1, unresolved: 1, foreign: 9, enriched: 5, duplicated: 2, outOfOrder: 2 }),
    ).toBe('pass');
  });

  it('is unknown with --exactly-once when the queue redelivered messages', () => {
    expect(verdict({}, { redelivered: 1 })).toBe('pass');
    expect(verdict({}, { redelivered: 1 }, { exactlyOnce: true })).toBe('unknown');
    expect(verdict({ duplicated: 1 }, { redelivered: 1 }, { exactlyOnce: true })).toBe('fail');
  });

  it('fails for each proven problem, even if the queue was not read to its end', () => {
    for (const offence of [{ phantom: 1 }, { unexpected: 1 }, { corrupt: 1 }]) {
      expect([offence, verdict(offence)]).toEqual([offence, 'fail']);
      expect([offence, verdict(offence, { incomplete: 'x', ended: false })]).toEqual([offence, 'fail']);
    }
    expect(verdict({ lost: 1 })).toBe('fail');
    expect(verdict({ lost: 1 }, { ended: false })).toBe('fail');
    expect(verdict({ lost: 1 }, { unclearSamples: 'x' })).toBe('fail');
    expect(verdict({ duplicated: 1 }, {}, { exactlyOnce: true })).toBe('fail');
    expect(verdict({ outOfOrder: 1 }, {}, { ordered: true })).toBe('fail');
  });

  describe('with a doubt about the reading', () => {
    const doubt = (prevents: Doubt['prevents']) => ({
      doubts: [{ kind: 'compacted', text: 'some are gone', prevents } as const],
    });
    const judged = (some: Partial<VerifyCounts>, prevents: Doubt['prevents'], rules: Partial<Rules> = {}) =>
      judgedBy(some, doubt(prevents), rules);

    it('is unknown if one more message could change the verdict', () => {
      for (const some of [
        { lost: 1, received: 4 },
        { sent: 6, received: 5, rejected: 1 },
      ]) {
        const { verdict, reasons, notProven } = judged(some, 'absence');
        expect([verdict, reasons.map(({ kind }) => kind), notProven]).toEqual(['unknown', ['compacted'], []]);
      }
      expect(judged({}, 'absence', { exactlyOnce: true }).verdict).toBe('unknown');
      expect(judged({}, 'absence', { ordered: true }).verdict).toBe('unknown');
      expect(judged({ lost: 1 }, 'always').verdict).toBe('unknown');
      expect(judged({}, 'always').verdict).toBe('unknown');
    });

    it('gives no second reason for a run of which no message was found', () => {
      const found = (prevents: Doubt['prevents']) =>
        judgedBy({ received: 0, lost: 5 }, { ...doubt(prevents), unidentified: 'x' });
      const kinds = (prevents: Doubt['prevents']) => found(prevents).reasons.map(({ kind }) => kind);
      expect([found('absence').verdict, kinds('absence')]).toEqual(['unknown', ['compacted']]);
      expect(kinds('never')).toContain('nothing-identified');
    });

    it('states what a pass does not prove', () => {
      const text = expect.stringMatching(
        /no duplicate, damaged or unexpected message was missed: some are gone/,
      );
      expect(judged({}, 'absence')).toEqual({
        verdict: 'pass',
        reasons: [],
        notProven: [{ kind: 'compacted', text }],
      });
      expect(judged({ lost: 1, received: 4 }, 'never')).toMatchObject({
        verdict: 'fail',
        notProven: [{ text: 'some are gone' }],
      });
    });
  });

  it('is unknown, and never passes, when evidence is missing', () => {
    expect(verdict({ lost: 1 }, { incomplete: 'x' })).toBe('unknown');
    expect(verdict({}, { incomplete: 'x' })).toBe('unknown');
    expect(verdict({}, { nothingAcked: 'r' })).toBe('unknown');
    expect(verdict({}, { unproven: 1 })).toBe('unknown');
    expect(verdict({ duplicated: 1 }, { incomplete: 'x' }, { exactlyOnce: true })).toBe('unknown');
    expect(verdict({ outOfOrder: 1 }, { incomplete: 'x' }, { ordered: true })).toBe('unknown');
    expect(verdict({}, { ended: false })).toBe('unknown');
    expect(verdict({}, { unclearSamples: 'x' })).toBe('unknown');
    expect(verdict({}, { mingled: 'x' })).toBe('unknown');
    expect(verdict({}, { unidentified: 'x' })).toBe('unknown');
    expect(verdict({}, { identity: false })).toBe('unknown');
  });

  it('fails only for counts that can prove a problem', () => {
    const strict = { exactlyOnce: true, ordered: true };
    const offences = { lost: 2, phantom: 2, unexpected: 2, corrupt: 2, duplicated: 2, outOfOrder: 2 };
    const judged = (provable: Partial<VerifyCounts>) =>
      judgedBy(offences, { unclearSamples: 'x', provable: counts(provable) }, strict);
    expect(judged({}).verdict).toBe('unknown');
    expect(judged({ lost: 1 })).toMatchObject({ verdict: 'fail', reasons: [{ kind: 'lost', count: 1 }, {}] });
  });

  describe('with a service', () => {
    const service = (some: Partial<ServiceEvidence>): { service: ServiceEvidence } => {
      const clean = { processed: 5, processedTwice: 0, deadLettered: 0, unprocessed: 0, failedAttempts: 0 };
      return { service: { ...clean, unfinished: null, killed: false, unprovenTwice: 0, ...some } };
    };

    it('is unknown with --exactly-once if a second receipt may be of an event', () => {
      const events = service({ unprovenTwice: 1 });
      expect(verdict({}, events)).toBe('pass');
      expect(verdict({}, events, { exactlyOnce: true })).toBe('unknown');
    });

    it('passes if all messages were processed or dead-lettered, even by a killed service', () => {
      expect(verdict({}, service({}))).toBe('pass');
      expect(verdict({}, service({ deadLettered: 2, processedTwice: 1, failedAttempts: 9 }))).toBe('pass');
      expect(verdict({}, service({ unfinished: 'killed', killed: true }))).toBe('pass');
    });

    it('fails if a service that saw the queue empty left messages unprocessed', () => {
      expect(verdict({}, service({ unprocessed: 1 }))).toBe('fail');
      expect(verdict({}, { ...service({ unprocessed: 1 }), incomplete: 'x' })).toBe('unknown');
    });

    it('is unknown if a service that did not finish left messages unprocessed', () => {
      expect(verdict({}, service({ unprocessed: 1, unfinished: 'killed' }))).toBe('unknown');
    });

    it('fails for messages that were processed twice, but only with --exactly-once', () => {
      const strict = { exactlyOnce: true };
      expect(verdict({}, service({ processedTwice: 1 }), strict)).toBe('fail');
      expect(verdict({}, service({}), strict)).toBe('pass');
      expect(verdict({}, service({ killed: true }), strict)).toBe('unknown');
    });

    it('is unknown if only receipts show a checksum that does not match', () => {
      expect(verdict({}, { unprovenReceipts: 1 })).toBe('unknown');
    });
  });

  it('lists every reason', () => {
    const { reasons } = judgedBy({ lost: 3, phantom: 2 }, { ended: false });
    expect(reasons.map(({ kind, count }) => [kind, count])).toEqual([
      ['lost', 3],
      ['phantom', 2],
      ['no-end', null],
    ]);
  });

  it('does not pass if the observed group did not commit, and still proves a loss', () => {
    const notCommitted = '1 message was not committed by group "orders": the group does not exist';
    const unprovenServices = [{ kind: 'not-committed', text: notCommitted } as const];
    const arrived = judge(fiveArrived, { ...clean, provable: fiveArrived, unprovenServices }, lenient);
    expect(arrived).toMatchObject({
      verdict: 'unknown',
      reasons: [{ kind: 'not-committed', text: notCommitted }],
    });
    const oneLost = { ...fiveArrived, received: 4, lost: 1 };
    const lost = judge(oneLost, { ...clean, provable: oneLost, unprovenServices }, lenient);
    expect([lost.verdict, lost.reasons.map(({ kind }) => kind)]).toEqual(['fail', ['lost', 'not-committed']]);
  });
});
