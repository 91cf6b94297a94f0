import { describe, expect, it } from 'vitest';
import { Summariser } from './summariser.ts';

/** A time at which a report is due: a multiple of 30 s, in epoch milliseconds. */
const BOUNDARY = 1_700_000_010_000;
const THREADS = { active: 3, started: 5, finished: 2 };

function summariserWith(count: number): Summariser {
  const summariser = new Summariser();
  for (let at = 0; at < count; at += 1) {
    summariser.add({ timeStampMs: BOUNDARY + at * 100, elapsedMs: 100, success: at > 0 });
  }
  return summariser;
}

describe('Summariser', () => {
  it('prints only the = line for a short run', () => {
    expect(summariserWith(20).end(THREADS)).toEqual([
      'summary =     20 in 00:00:02 =   10.0/s Avg:   100 Min:   100 Max:   100 Err:     1 (5.00%)',
    ]);
  });

  it('prints both lines every 30 s, but the first time only the + line', () => {
    const summariser = summariserWith(10);
    expect(summariser.due(BOUNDARY, THREADS)).toEqual([
      'summary +     10 in 00:00:01 =   10.0/s Avg:   100 Min:   100 Max:   100 Err:     1 (10.00%) Active: 3 Started: 5 Finished: 2',
    ]);
    summariser.add({ timeStampMs: BOUNDARY + 3_723_000, elapsedMs: 7, success: true });
    expect(summariser.due(BOUNDARY + 30_000, THREADS)).toEqual([
      'summary +      1 in 00:00:00 =  142.9/s Avg:     7 Min:     7 Max:     7 Err:     0 (0.00%) Active: 3 Started: 5 Finished: 2',
      'summary =     11 in 01:02:03 =    0.0/s Avg:    91 Min:     7 Max:   100 Err:     1 (9.09%)',
    ]);
    expect(summariser.end(THREADS)).toHaveLength(1);
  });

  it('prints nothing between the 30-second marks, twice at one mark, or without samples', () => {
    const summariser = summariserWith(3);
    expect(summariser.due(BOUNDARY + 6_000, THREADS)).toEqual([]);
    expect(summariser.due(BOUNDARY + 5_000, THREADS)).toHaveLength(1);
    summariser.add({ timeStampMs: BOUNDARY, elapsedMs: 1, success: true });
    expect(summariser.due(BOUNDARY + 5_900, THREADS)).toEqual([]);
    expect(new Summariser().due(BOUNDARY, THREADS)).toEqual([]);
  });

  it('ends with both lines after an earlier report', () => {
    const summariser = summariserWith(3);
    summariser.due(BOUNDARY, THREADS);
    summariser.add({ timeStampMs: BOUNDARY + 400, elapsedMs: 1, success: true });
    expect(summariser.end(THREADS).map((line) => line.slice(0, 9))).toEqual(['summary +', 'summary =']);
  });

  it('prints stars as the rate of samples that took no time', () => {
    const summariser = new Summariser();
    summariser.add({ timeStampMs: BOUNDARY, elapsedMs: 0, success: true });
    expect(summariser.end(THREADS)[0]).toContain(' = ******/s Avg: ');
  });
});
