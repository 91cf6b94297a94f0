/** Parses a decimal number. Returns NaN for other forms that JavaScript accepts, such as `0x2` and `1e1`. */
export function parseDecimal(text: string): number {
  return isDecimal(text) ? Number(text) : Number.NaN;
}

/**
 * Parses a percentage without the percent sign, and returns a fraction: `5` becomes 0.05. Returns NaN for the
 * same texts as `parseDecimal`.
 */
export function parsePercent(text: string): number {
  // Moves the decimal point in the text, because a division would round again: in JavaScript 0.9 / 100 is not
  // 0.009.
  return isDecimal(text) ? Number(`${text}e-2`) : Number.NaN;
}

/** Writes a number as the shortest text from which `parseDecimal` reads the same number. */
export function formatDecimal(value: number): string {
  return shifted(value, 0);
}

/** Writes a fraction as the shortest percentage from which `parsePercent` reads the same fraction. */
export function formatPercent(share: number): string {
  return shifted(share, 2);
}

function isDecimal(text: string): boolean {
  return /^\d{1,15}(\.\d{1,15})?$/.test(text);
}

/** Writes the number without an exponent, and with its decimal point moved to the right by `places`. */
function shifted(value: number, places: number): string {
  if (value === 0) return '0';
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = 1 + Number(exponent) + places;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  return point < digits.length ? `${whole}.${digits.slice(point)}` : whole;
}
