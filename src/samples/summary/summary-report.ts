import { QblError } from '../../error.ts';
import type { Sample } from '../sample.ts';
import { formatDecimal, formatWithoutLeadingZero } from './decimal-format.ts';

/** JMeter's Summary Report. Formulas: util/Calculator.java; formats: visualizers/SummaryReport.java. */

/**
 * Maximum number of labels in a report. If there are more, the plan has a mistake, such as a counter in a
 * label.
 */
const MAX_LABELS = 10_000;
const BYTES_IN_KB = 1024;

export const SUMMARY_COLUMNS = [
  'Label',
  '# Samples',
  'Average',
  'Min',
  'Max',
  'Std. Dev.',
  'Error %',
  'Throughput',
  'Received KB/sec',
  'Sent KB/sec',
  'Avg. Bytes',
] as const;

export interface SummaryRow {
  readonly label: string;
  readonly samples: number;
  /** Average in whole milliseconds. It is cut, not rounded, as in JMeter. */
  readonly averageMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly standardDeviationMs: number;
  /** Share of failed samples, between 0 and 1. */
  readonly errorRatio: number;
  readonly throughputPerSecond: number;
  readonly receivedKbPerSecond: number;
  readonly sentKbPerSecond: number;
  readonly averageBytes: number;
}

export type SummarySample = Pick<
  Sample,
  'label' | 'timeStampMs' | 'elapsedMs' | 'success' | 'bytes' | 'sentBytes'
>;

/** Computes the Summary Report of samples, with constant memory for each label. */
export class SummaryReport {
  readonly #rows = new Map<string, Calculator>();
  readonly #total = new Calculator();

  /** Throws QblError('usage') if there are more than 10,000 labels. */
  add(sample: SummarySample): void {
    this.#calculatorOf(sample.label).add(sample);
    this.#total.add(sample);
  }

  /** Returns one row for each label, in the order of their first samples. */
  rows(): SummaryRow[] {
    return [...this.#rows].map(([label, calculator]) => calculator.row(label));
  }

  total(): SummaryRow {
    return this.#total.row('TOTAL');
  }

  #calculatorOf(label: string): Calculator {
    const known = this.#rows.get(label);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_LABELS) {
      throw new QblError('usage', `the samples have more than ${MAX_LABELS} different labels`, {
        hint: 'Give each request a fixed name, without counters or variables.',
      });
    }
    const calculator = new Calculator();
    this.#rows.set(label, calculator);
    return calculator;
  }
}

class Calculator {
  #count = 0;
  #errors = 0;
  #sumMs = 0;
  #sumOfSquares = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  #bytes = 0;
  #sentBytes = 0;
  #startMs = Number.POSITIVE_INFINITY;
  #spanMs = 0;

  add(sample: SummarySample): void {
    const { elapsedMs, timeStampMs } = sample;
    this.#count += 1;
    if (!sample.success) this.#errors += 1;
    this.#sumMs += elapsedMs;
    this.#sumOfSquares += elapsedMs * elapsedMs;
    this.#minMs = Math.min(this.#minMs, elapsedMs);
    this.#maxMs = Math.max(this.#maxMs, elapsedMs);
    this.#bytes += sample.bytes;
    this.#sentBytes += sample.sentBytes;
    this.#startMs = Math.min(this.#startMs, timeStampMs);
    // Like JMeter, measures the end of each sample from the earliest start so far, not from the earliest start of all
    // samples. So the order of the samples changes the result a little.
    this.#spanMs = Math.max(this.#spanMs, timeStampMs + elapsedMs - this.#startMs);
  }

  row(label: string): SummaryRow {
    const count = this.#count;
    const mean = count === 0 ? 0 : this.#sumMs / count;
    return {
      label,
      samples: count,
      averageMs: Math.trunc(mean),
      minMs: count === 0 ? 0 : this.#minMs,
      maxMs: this.#maxMs,
      standardDeviationMs: this.#deviation(mean),
      errorRatio: count === 0 ? 0 : this.#errors / count,
      throughputPerSecond: this.#perSecond(count),
      receivedKbPerSecond: this.#perSecond(this.#bytes) / BYTES_IN_KB,
      sentKbPerSecond: this.#perSecond(this.#sentBytes) / BYTES_IN_KB,
      averageBytes: count === 0 ? 0 : this.#bytes / count,
    };
  }

  /** Rounding can make the variance slightly negative. JMeter shows NaN in that case. */
  #deviation(mean: number): number {
    return this.#count === 0 ? 0 : Math.sqrt(Math.max(0, this.#sumOfSquares / this.#count - mean * mean));
  }

  #perSecond(value: number): number {
    return this.#spanMs > 0 ? value / (this.#spanMs / 1000) : 0;
  }
}

/** Returns the cells of a row as JMeter shows them, in the order of SUMMARY_COLUMNS. */
export function formatSummaryRow(row: SummaryRow): string[] {
  return [
    row.label,
    String(row.samples),
    String(row.averageMs),
    formatExtreme(row, row.minMs),
    formatExtreme(row, row.maxMs),
    formatDecimal(row.standardDeviationMs, 2),
    `${formatDecimal(row.errorRatio * 100, 2)}%`,
    formatRate(row.throughputPerSecond),
    formatDecimal(row.receivedKbPerSecond, 2),
    formatDecimal(row.sentKbPerSecond, 2),
    formatWithoutLeadingZero(row.averageBytes, 1),
  ];
}

/** Formats a minimum or maximum as JMeter does. Source: MinMaxLongRenderer.java. */
function formatExtreme({ samples }: SummaryRow, valueMs: number): string {
  return samples === 0 ? '#N/A' : String(valueMs);
}

/** Formats a rate. Uses `/min` or `/hour` while the number is below 1. Source: RateRenderer.java. */
export function formatRate(perSecond: number): string {
  let rate = perSecond;
  let unit = 'sec';
  if (rate < 1) [rate, unit] = [rate * 60, 'min'];
  if (rate < 1) [rate, unit] = [rate * 60, 'hour'];
  return `${formatWithoutLeadingZero(rate, 1)}/${unit}`;
}
