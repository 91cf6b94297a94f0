import { expect, test } from 'vitest';
import type { SummaryRecord } from '../../../runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../../runs/documents/verify-json.ts';
import { Statistics } from '../../../samples/summary/statistics.ts';
import { keyFigures } from './key-figures.ts';
import { timeOriginOf } from './origin.ts';

const NOTHING = { statistics: null, summary: null, verification: null, levelling: null };

function statisticsOf(...successes: readonly boolean[]) {
  const statistics = new Statistics();
  for (const [index, success] of successes.entries())
    statistics.add(
      {
        timeStampMs: 5_000 + index * 100,
        elapsedMs: 100,
        responseCode: success ? '200' : '500',
        responseMessage: '',
        success,
        bytes: 0,
        sentBytes: 0,
      },
      success ? 'acked' : 'indeterminate',
    );
  return statistics.summary();
}

test('shows only the figures that are known', () => {
  expect(keyFigures(NOTHING)).toEqual([]);
  expect(keyFigures({ ...NOTHING, statistics: statisticsOf() })).toEqual([
    { name: 'requests', value: '0' },
    { name: 'rate', value: '0.00/s' },
  ]);
  const latencyMs = { count: 3, p99: 1234.5 };
  const summary = { latencyMs } as Partial<SummaryRecord> as SummaryRecord;
  const verification = { latencyMs: { count: 0, p99: 0 } } as Partial<VerifyRecord> as VerifyRecord;
  expect(
    keyFigures({ ...NOTHING, statistics: statisticsOf(true, true, false), summary, verification }),
  ).toEqual([
    { name: 'requests', value: '3' },
    { name: 'rate', value: '10.0/s' },
    { name: 'errors', value: '33.3%' },
    { name: 'p99 of HTTP', value: '1,235 ms' },
  ]);
});

test('starts the time at the first request, or at the start of the sender if that is unknown', () => {
  const statistics = statisticsOf(true);
  expect(timeOriginOf({ startedAtMs: 4_000 }, { statistics })).toBe(5_000);
  expect(timeOriginOf({ startedAtMs: 4_000 }, { statistics: statisticsOf() })).toBe(4_000);
  expect(timeOriginOf({ startedAtMs: 4_000 }, null)).toBe(4_000);
});
