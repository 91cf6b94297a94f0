import { describe, expect, it } from 'vitest';
import type { SummarySample } from './summary-report.ts';
import { formatRate, formatSummaryRow, SUMMARY_COLUMNS, SummaryReport } from './summary-report.ts';

const START = 1_700_000_000_000;

function sample(label: string, atMs: number, elapsedMs: number, success = true): SummarySample {
  return { label, timeStampMs: START + atMs, elapsedMs, success, bytes: 1024, sentBytes: 512 };
}

function reportOf(samples: readonly SummarySample[]): SummaryReport {
  const report = new SummaryReport();
  for (const each of samples) report.add(each);
  return report;
}

describe('SummaryReport', () => {
  it('computes the same statistics as JMeter', () => {
    const report = reportOf([
      sample('send', 0, 2),
      sample('send', 100, 4),
      sample('send', 200, 4, false),
      sample('send', 996, 4),
    ]);
    const [row] = report.rows();
    expect(row).toEqual({
      label: 'send',
      samples: 4,
      averageMs: 3,
      minMs: 2,
      maxMs: 4,
      standardDeviationMs: Math.sqrt(0.75),
      errorRatio: 0.25,
      throughputPerSecond: 4,
      receivedKbPerSecond: 4,
      sentKbPerSecond: 2,
      averageBytes: 1024,
    });
  });

  it('keeps labels in the order of their first samples, and adds them up in TOTAL', () => {
    const report = reportOf([sample('b', 0, 1), sample('a', 1, 1), sample('b', 2, 7)]);
    expect(report.rows().map(({ label, samples }) => [label, samples])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(report.total()).toMatchObject({ label: 'TOTAL', samples: 3, averageMs: 3, maxMs: 7 });
  });

  it('measures the time from the earliest start to the latest end when rows are sorted by end', () => {
    const samples = [sample('send', 0, 10), sample('send', 200, 100), sample('send', 100, 900)];
    expect(reportOf(samples).total().throughputPerSecond).toBe(3);
  });

  it('measures each end from the earliest start so far, as JMeter does', () => {
    const samples = [sample('send', 500, 500), sample('send', 0, 10), sample('send', 200, 100)];
    expect(reportOf(samples).total().throughputPerSecond).toBe(6);
  });

  it('shows no values without samples, and no rate when no time passed', () => {
    expect(formatSummaryRow(new SummaryReport().total())).toEqual(
      'TOTAL,0,0,#N/A,#N/A,0.00,0.00%,.0/hour,0.00,0.00,.0'.split(','),
    );
    expect(reportOf([sample('send', 0, 0)]).total().throughputPerSecond).toBe(0);
  });

  it('refuses more than 10,000 labels', () => {
    const report = new SummaryReport();
    expect(() => {
      for (let label = 0; label <= 10_000; label += 1) report.add(sample(`label ${label}`, 0, 1));
    }).toThrow(/more than 10000 different labels/);
  });
});

describe('formatSummaryRow', () => {
  it('formats each column as JMeter does', () => {
    const report = reportOf([sample('send', 0, 2), sample('send', 100, 4), sample('send', 1995, 5, false)]);
    const cells = formatSummaryRow(report.total());
    expect(cells).toHaveLength(SUMMARY_COLUMNS.length);
    expect(cells).toEqual([
      'TOTAL',
      '3',
      '3',
      '2',
      '5',
      '1.25',
      '33.33%',
      '1.5/sec',
      '1.50',
      '0.75',
      '1024.0',
    ]);
  });
});

describe('formatRate', () => {
  it('uses a rate per minute or per hour below 1 per second', () => {
    expect(formatRate(1234.56)).toBe('1234.6/sec');
    expect(formatRate(1)).toBe('1.0/sec');
    expect(formatRate(0.5)).toBe('30.0/min');
    expect(formatRate(0.01)).toBe('36.0/hour');
    expect(formatRate(0.0001)).toBe('.4/hour');
  });
});
