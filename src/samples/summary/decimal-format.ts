/** Digits after which the decimal expansion of a double between 1e-3 and 1e21 has ended. */
const EXACT_DIGITS = 70;

/**
 * A number with `digits` decimals, rounded as Java's DecimalFormat does: HALF_EVEN on the exact binary value.
 * `toFixed` differs only where that value is a tie, and then it takes the larger neighbour.
 */
export function formatDecimal(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  return isTie(value, digits) && isOdd(rounded) ? lowerNeighbour(rounded) : rounded;
}

/** As the patterns `#.0` and `#.00` do: no zero before the point. */
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

/** The last digit is odd, so one less needs no carry. */
function lowerNeighbour(decimal: string): string {
  return `${decimal.slice(0, -1)}${Number(decimal.at(-1)) - 1}`;
}
