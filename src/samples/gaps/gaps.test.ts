import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Outcome } from '../outcome.ts';
import { type AckSpan, AckTimes, type LongSpans, MAX_GAPS } from './ack-times.ts';
import { type Fate, type Gap, GapCounts } from './gap-counts.ts';

const START = 1_795_446_132_123;

interface Request {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

function longestOf(requests: readonly Request[]): LongSpans {
  const times = new AckTimes();
  for (const { startMs, endMs, outcome } of requests) times.add(startMs, endMs, outcome === 'acked');
  const longest = times.longest();
  if (longest === null) throw new Error('no requests');
  return longest;
}

function gapsOf(requests: readonly Request[], fateOf?: (request: Request) => Fate | null): Gap[] {
  const counts = new GapCounts(longestOf(requests));
  for (const request of requests) {
    const { startMs, endMs, outcome } = request;
    counts.add(startMs, endMs, outcome, fateOf === undefined ? undefined : () => fateOf(request));
  }
  return counts.gaps();
}

/** Returns one request every 10 ms, each answered after 2 ms. */
function steady(fromMs: number, toMs: number, outcome: Outcome = 'acked', answerMs = 2): Request[] {
  return Array.from({ length: (toMs - fromMs) / 10 }, (_, i) => {
    const startMs = START + fromMs + 10 * i;
    return { startMs, endMs: startMs + answerMs, outcome };
  });
}

/** Finds the gaps in a simple way: it sorts all acknowledgements, and looks at each pair of neighbours. */
function oracle(requests: readonly Request[]): LongSpans {
  const starts = requests.map(({ startMs }) => startMs);
  const ends = requests.map(({ endMs }) => endMs);
  const acks = requests.filter(({ outcome }) => outcome === 'acked').map(({ endMs }) => endMs);
  const firstStartMs = Math.min(...starts);
  const lastEndMs = Math.max(...ends);
  const times = [firstStartMs, ...acks.sort((a, b) => a - b), lastEndMs];
  const thresholdMs = Math.max(1_000, Math.ceil((10 * (lastEndMs - firstStartMs)) / requests.length));
  const all: AckSpan[] = times
    .slice(1)
    .map((toMs, i) => ({ fromMs: times[i] ?? 0, toMs, isRecovered: i < acks.length }))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= thresholdMs);
  const shortestFirst = all.toSorted(
    (a, b) => a.toMs - a.fromMs - (b.toMs - b.fromMs) || b.fromMs - a.fromMs,
  );
  const spans = shortestFirst.slice(-MAX_GAPS).sort((a, b) => a.fromMs - b.fromMs);
  return { thresholdMs, firstStartMs, spans, more: all.length - spans.length };
}

/** Acknowledgements are rare, so that there are gaps. */
const outcomes = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Outcome>('acked') },
  { weight: 9, arbitrary: fc.constantFrom<Outcome>('rejected', 'indeterminate') },
);
/** With a large step, many requests start or end at the same time. */
const request = (spanMs: number, stepMs: number) =>
  fc
    .record({ at: fc.nat(spanMs / stepMs), lasts: fc.nat(3_000 / stepMs), outcome: outcomes })
    .map(({ at, lasts, outcome }) => {
      const startMs = START + at * stepMs;
      return { startMs, endMs: startMs + lasts * stepMs, outcome };
    });
const runs = fc
  .tuple(fc.constantFrom(2_000, 20_000, 200_000, 20_000_000), fc.constantFrom(1, 500))
  .chain(([spanMs, stepMs]) => fc.array(request(spanMs, stepMs), { minLength: 1, maxLength: 200 }));

describe('AckTimes', () => {
  it('finds the same spans as a comparison of all neighbours, in any order of the requests', () => {
    fc.assert(
      fc.property(runs, (requests) => {
        expect(longestOf(requests)).toEqual(oracle(requests));
      }),
      {
        numRuns: 500,
      },
    );
  });

  it('keeps the longest spans, and counts the others', () => {
    const lengths = Array.from({ length: MAX_GAPS + 15 }, (_, i) => 1_000 + 10 * ((i * 7) % 35));
    const requests: Request[] = [];
    let atMs = 0;
    for (const lengthMs of lengths) {
      requests.push(...steady(atMs, atMs + 2_000));
      atMs += 2_000 + lengthMs;
    }
    requests.push(...steady(atMs, atMs + 2_000));
    expect(longestOf(requests)).toEqual(oracle(requests));
    expect(longestOf(requests)).toMatchObject({ thresholdMs: 1_000, more: 15 });
  });

  it('has nothing to say without requests', () => {
    expect(new AckTimes().longest()).toBeNull();
  });
});

test('at a low rate, a pause between two requests is no gap', () => {
  const requests = Array.from({ length: 50 }, (_, i): Request => {
    const startMs = START + 2_000 * i;
    return { startMs, endMs: startMs + 5, outcome: 'acked' };
  });
  expect(longestOf(requests)).toMatchObject({ thresholdMs: 19_601, spans: [], more: 0 });
});

test('a pause of the sender is no gap, even if it is long', () => {
  const requests = [...steady(0, 5_000), ...steady(65_000, 70_000)];
  expect(longestOf(requests).spans).toHaveLength(1);
  expect(gapsOf(requests)).toEqual([]);
});

test('a gap has the requests that were under way in it, also those that were sent before it', () => {
  const before = { startMs: START + 4_900, endMs: START + 5_500, outcome: 'indeterminate' } as const;
  const waiting = { startMs: START + 7_900, endMs: START + 8_400, outcome: 'acked' } as const;
  const requests = [
    ...steady(0, 5_000),
    before,
    ...steady(5_000, 7_900, 'rejected'),
    waiting,
    ...steady(8_000, 9_000),
  ];
  const fate = ({ outcome }: Request) => (outcome === 'indeterminate' ? 'recovered' : null);
  expect(gapsOf(requests, fate)).toEqual([
    {
      fromMs: START + 4_992,
      lengthMs: 3_010,
      isRecovered: true,
      recoveryMs: 3_102,
      sent: 293,
      outcomes: { acked: 2, rejected: 290, indeterminate: 1 },
      fates: { recovered: 1, unresolved: 0, lost: 0, phantom: 0 },
    },
  ]);
});

test('a gap until the last request has no recovery, and includes a request that failed at once', () => {
  const last = { startMs: START + 6_000, endMs: START + 6_000, outcome: 'rejected' } as const;
  const [gap] = gapsOf([...steady(0, 3_000), ...steady(3_000, 6_000, 'rejected'), last]);
  expect(gap).toMatchObject({ isRecovered: false, recoveryMs: null, sent: 301, outcomes: { rejected: 301 } });
});

test('a gap in which all requests only waited has no request that was not acknowledged', () => {
  const waiting = steady(3_000, 5_000, 'acked', 3_000);
  const [gap] = gapsOf([...steady(0, 3_000), ...waiting]);
  expect(gap).toMatchObject({ isRecovered: true, recoveryMs: null, sent: 200, outcomes: { acked: 200 } });
});

test('each gap counts the same requests as a search through all of them', () => {
  fc.assert(
    fc.property(runs, (requests) => {
      const { spans, thresholdMs } = oracle(requests);
      const expected = spans.flatMap(({ fromMs, toMs, isRecovered }) => {
        const underWay = requests.filter(
          ({ startMs, endMs, outcome }) =>
            (outcome === 'acked' ? endMs > fromMs : endMs >= fromMs) &&
            (isRecovered ? startMs < toMs : startMs <= toMs),
        );
        const starts = (list: readonly Request[]) => Math.min(...list.map(({ startMs }) => startMs));
        const lengthMs = toMs - Math.max(fromMs, starts(underWay));
        const unacked = underWay.filter(({ outcome }) => outcome !== 'acked');
        const recoveryMs = isRecovered && unacked.length > 0 ? toMs - starts(unacked) : null;
        return lengthMs < thresholdMs ? [] : [{ lengthMs, recoveryMs, sent: underWay.length }];
      });
      const found = gapsOf(requests).map(({ lengthMs, recoveryMs, sent }) => ({
        lengthMs,
        recoveryMs,
        sent,
      }));
      expect(found).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('requests that are hours apart take little memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  const times = new AckTimes();
  const count = 50_000;
  for (let hour = 0; hour < count; hour++) times.add(START, START + hour * 3_600_000, true);
  expect(times.longest()?.spans).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 1_000);
});
