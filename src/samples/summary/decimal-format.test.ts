import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, formatWithoutLeadingZero } from './decimal-format.ts';

describe('formatDecimal', () => {
  it('rounds ties to the even neighbour', () => {
    expect(formatDecimal(0.125, 2)).toBe('0.12');
    expect(formatDecimal(0.375, 2)).toBe('0.38');
    expect(formatDecimal(2.5, 0)).toBe('2');
    expect(formatDecimal(3.5, 0)).toBe('4');
    expect(formatDecimal(1.25, 1)).toBe('1.2');
  });

  it('rounds the exact binary value, which is often not the tie that it looks like', () => {
    expect(formatDecimal(1.005, 2)).toBe('1.00');
    expect(formatDecimal(0.015, 2)).toBe('0.01');
    expect(formatDecimal(2.675, 2)).toBe('2.67');
    expect(formatDecimal(1.035, 2)).toBe('1.03');
    expect(formatDecimal(8.345, 2)).toBe('8.35');
  });

  it('rounds by at most half of the last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        (value, digits) => {
          expect(Math.abs(Number(formatDecimal(value, digits)) - value)).toBeLessThanOrEqual(
            0.5 * 10 ** -digits + 1e-6,
          );
        },
      ),
    );
  });
});

describe('formatWithoutLeadingZero', () => {
  it('leaves out only the zero before the decimal point', () => {
    expect(formatWithoutLeadingZero(0.5, 1)).toBe('.5');
    expect(formatWithoutLeadingZero(0, 1)).toBe('.0');
    expect(formatWithoutLeadingZero(10.04, 1)).toBe('10.0');
  });
});
