/** Maximum number of decimal places that a double between 1e-3 and 1e21 needs. */
const EXACT_DIGITS = 70;

/**
 * Formats a number with `digits` decimals, rounded like Java's DecimalFormat: HALF_EVEN on the exact binary value.
 * `toFixed` gives another result only if the value is exactly in the middle of two decimals. `toFixed` then returns the
 * larger one.
 */
export function formatDecimal(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  return isTie(value, digits) && isOdd(rounded) ? lowerNeighbour(rounded) : rounded;
}

/** Formats a number like Java's patterns `#.0` and `#.00`. A number below 1 gets no zero before the point. */
export function formatWithoutLeadingZero(value: number, digits: number): string {
  return formatDecimal(value, digits).replace(/^0\./, '.');
}

function isTie(value: number, digits: number): boolean {
  const [, fraction = ''] = value.toFixed(EXACT_DIGITS).split('.');
  return /^50*$/.test(fraction.slice(digits));
}

function isOdd(decimal: string): boolean {
  return Number(decimal.at(-1)) % 2 === 1;
}

/** Subtracts one from the last digit. The digit is odd, so it does not become negative. */
function lowerNeighbour(decimal: string): string {
  return `${decimal.slice(0, -1)}${Number(decimal.at(-1)) - 1}`;
}
