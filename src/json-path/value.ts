/** A JSON value as JMeter holds it. Unlike JavaScript, Java distinguishes 1 from 1.0. */
export type Value = string | boolean | null | JavaNumber | readonly Value[] | ReadonlyMap<string, Value>;

/** A number, with the digits as they were written. */
export class JavaNumber {
  readonly written: string;

  constructor(written: string) {
    this.written = written;
  }

  /** Whether Java holds the number as an integer. */
  get isWhole(): boolean {
    return /^-?\d+$/.test(this.written);
  }

  /** Whether Java holds the number as a BigDecimal, because it may have more digits than a double. */
  get isDecimal(): boolean {
    return !this.isWhole && this.written.length > 18;
  }

  get value(): number {
    return Number(this.written);
  }

  equals(other: JavaNumber): boolean {
    if (this.isWhole !== other.isWhole || this.isDecimal !== other.isDecimal) return false;
    if (this.isDecimal) return this.written === other.written;
    return this.isWhole ? BigInt(this.written) === BigInt(other.written) : this.value === other.value;
  }
}

/** A text that JMeter cannot read as JSON. */
export class NotJson extends Error {}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether two values are equal in Java. */
export function areEqual(a: Value, b: Value): boolean {
  if (a instanceof JavaNumber) return b instanceof JavaNumber && a.equals(b);
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, at) => areEqual(item, b[at] ?? null));
  if (!(a instanceof Map)) return a === b;
  if (!(b instanceof Map) || a.size !== b.size) return false;
  return [...a].every(([name, value]) => b.has(name) && areEqual(value, b.get(name) ?? null));
}
