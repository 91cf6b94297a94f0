/** A decimal number; NaN for other forms that JavaScript takes, such as `0x2` and `1e1`. */
export function parseDecimal(text: string): number {
  return isDecimal(text) ? Number(text) : Number.NaN;
}

/** A percentage without its sign, as a share; NaN as for `parseDecimal`. */
export function parsePercent(text: string): number {
  // A division would round a second time: 0.9 / 100 is not 0.009.
  return isDecimal(text) ? Number(`${text}e-2`) : Number.NaN;
}

/** The shortest text that `parseDecimal` reads as this number. */
export function formatDecimal(value: number): string {
  return shifted(value, 0);
}

/** The shortest text that `parsePercent` reads as this share. */
export function formatPercent(share: number): string {
  return shifted(share, 2);
}

function isDecimal(text: string): boolean {
  return /^\d{1,15}(\.\d{1,15})?$/.test(text);
}

/** With the point so many places further to the right, and no exponent. */
function shifted(value: number, places: number): string {
  if (value === 0) return '0';
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = 1 + Number(exponent) + places;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  return point < digits.length ? `${whole}.${digits.slice(point)}` : whole;
}
