import { expect, test } from 'vitest';
import type { GapRecord, GapsRecord } from '../../runs/documents/gaps-json.ts';
import { gapsText } from '../text/gaps-text.ts';
import { styleFor } from '../text/style.ts';
import { gapLines, gapsFact } from './gaps.ts';

const GAP: GapRecord = {
  at: '2026-01-01T00:00:12.345Z',
  afterMs: 12_345,
  lengthMs: 4_250,
  recovered: true,
  recoveryMs: 4_310,
  requests: { sent: 1_234, acked: 3, rejected: 1_200, indeterminate: 31 },
  messages: { recovered: 30, unresolved: 1, lost: 2, phantom: 0 },
};
const UNVERIFIED: GapRecord = { ...GAP, recovered: false, recoveryMs: null, messages: null };

const verified = (gaps: GapsRecord | null, acked = 10) => gapsFact({ gaps, acked }, null);

test('says in one line that there was no gap, or that nothing was acknowledged', () => {
  const none = { thresholdMs: 1_500, longest: [], more: 0 };
  const lines = (acked: number) => gapLines(verified(none, acked) ?? expect.fail());
  expect(lines(10)).toEqual(['No gap longer than 1.5 s without an acknowledged request']);
  expect(lines(0)).toEqual(['No request was acknowledged']);
  const pauses = gapLines(verified({ ...none, more: 1 }) ?? expect.fail());
  expect(pauses[0]).toBe(
    'The sender paused in the longest spans without an acknowledgement: no request was in flight',
  );
  expect(verified(null)).toBeNull();
});

test('shows each gap with what happened to its requests and messages', () => {
  const fact = verified({ thresholdMs: 1_000, longest: [GAP], more: 2 }) ?? expect.fail();
  expect(gapLines(fact)).toEqual([
    '1 gap of at least 1.0 s without an acknowledged request',
    'start after 12.3 s, length 4.3 s, recovery 4.3 s, requests 1,234, acked 3, rejected 1,200, indeterminate 31, recovered 30, unresolved 1, lost 2, phantom 0',
    '2 shorter spans without an acknowledged request, not shown',
  ]);
  expect(gapsText(fact, null, styleFor({ isTTY: false, columns: null }, {}))).toBe(
    [
      '1 gap of at least 1.0 s without an acknowledged request',
      'start         length  recovery  requests  acked  rejected  indeterminate  recovered  unresolved  lost  phantom',
      'after 12.3 s   4.3 s     4.3 s     1,234      3     1,200             31         30           1     2        0',
      '2 shorter spans without an acknowledged request, not shown',
    ].join('\n'),
  );
});

test('shows a gap at the end of a run that was not verified', () => {
  const { columns, rows } = verified({ thresholdMs: 1_000, longest: [UNVERIFIED], more: 0 }) ?? expect.fail();
  expect(columns).toEqual(['start', 'length', 'recovery', 'requests', 'acked', 'rejected', 'indeterminate']);
  expect(rows).toEqual([['after 12.3 s', '4.3 s, to the end of the run', '-', '1,234', '3', '1,200', '31']]);
});
