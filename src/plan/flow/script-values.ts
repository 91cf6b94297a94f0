/** Values of JavaScript that a condition can compute, and its operators for them. */

export type Value = string | number | boolean | null | undefined;

export type Operator = (left: Value, right: Value) => Value;

/** The operators with two sides by their order of evaluation: the first group is evaluated last. */
export const OPERATORS: readonly Readonly<Record<string, Operator>>[] = [
  {
    '==': looselyEqual,
    '!=': (left, right) => !looselyEqual(left, right),
    '===': (left, right) => left === right,
    '!==': (left, right) => left !== right,
  },
  {
    '<': (left, right) => ordered(left, right, (a, b) => a < b),
    '>': (left, right) => ordered(left, right, (a, b) => a > b),
    '<=': (left, right) => ordered(left, right, (a, b) => a <= b),
    '>=': (left, right) => ordered(left, right, (a, b) => a >= b),
  },
  {
    '+': (left, right) =>
      typeof left === 'string' || typeof right === 'string'
        ? `${left}${right}`
        : Number(left) + Number(right),
    '-': (left, right) => Number(left) - Number(right),
  },
  {
    '*': (left, right) => Number(left) * Number(right),
    '/': (left, right) => Number(left) / Number(right),
    '%': (left, right) => Number(left) % Number(right),
  },
];

function looselyEqual(left: Value, right: Value): boolean {
  const [hasLeft, hasRight] = [left ?? null, right ?? null].map((value) => value !== null);
  if (!hasLeft || !hasRight) return hasLeft === hasRight;
  return typeof left === typeof right ? left === right : Number(left) === Number(right);
}

function ordered(
  left: Value,
  right: Value,
  compare: <T extends string | number>(a: T, b: T) => boolean,
): boolean {
  return typeof left === 'string' && typeof right === 'string'
    ? compare(left, right)
    : compare(Number(left), Number(right));
}
