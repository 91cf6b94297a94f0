import { InvalidArgumentError } from 'commander';
import { formatCount } from '../../../count.ts';
import { QblError } from '../../../error.ts';
import { isHeaderName } from '../../../header-name.ts';
import { isRunId } from '../../../message/identity.ts';
import { DURATION_EXPECTED, parseDuration, parseExactDuration } from '../../../plan/duration.ts';
import type { StartingPoint } from '../../../queue/reader.ts';
import type { z } from '../../../schema/zod.ts';

/** Parsers of option values. An invalid value throws an error that names the expected form. */

export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return ms;
}

export function positiveDurationMs(text: string): number {
  return longerThanZero(durationMs(text));
}

/** Parses a duration that only a model or a comparison uses, so that it can have a fraction of a millisecond. */
export function exactDurationMs(text: string): number {
  const ms = parseExactDuration(text);
  if (ms === null) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return longerThanZero(ms);
}

function longerThanZero(ms: number): number {
  if (ms === 0) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}, longer than 0.`);
  return ms;
}

export function port(text: string): number {
  return wholeNumber(0, 65_535)(text);
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${formatCount(least)} to ${formatCount(most)}.`,
    );
  };
}

const MAX_RUNS = 20;

/** Parses numbers of instances, such as `1,2,4`. Each number gets its own run. */
export function instanceNumbers(text: string, most: number): number[] {
  const numbers = text.split(',').map(wholeNumber(1, most));
  if (numbers.length <= MAX_RUNS && new Set(numbers).size === numbers.length) return numbers;
  throw new InvalidArgumentError(`Expected at most ${MAX_RUNS} different numbers such as 1,2,4.`);
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Parses `500`, `64k` or `1m` as bytes. A k is 1,024 bytes. */
export function bytes(text: string): number {
  const [, amount, unit] = /^(\d{1,9})([kmg]?)b?$/i.exec(text) ?? [];
  const factor = BYTE_UNITS[(unit ?? '').toLowerCase()];
  if (amount === undefined || factor === undefined || Number(amount) === 0) {
    throw new InvalidArgumentError('Expected a number of bytes such as 500, 64k or 1m.');
  }
  return Number(amount) * factor;
}

/** Writes bytes in the largest unit that gives a whole number. */
export function formatBytes(count: number): string {
  const units = Object.entries(BYTE_UNITS).reverse();
  const [unit, factor] = units.find(([, each]) => count % each === 0) ?? ['', 1];
  return `${count / factor}${unit}`;
}

export function runId(text: string): string {
  if (isRunId(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 64 of the characters A-Z a-z 0-9 . _ -');
}

/** Parses the name of a consumer group. Kafka accepts any name whose length in bytes fits into 16 bits. */
export function groupName(text: string): string {
  if (text !== '' && Buffer.byteLength(text) <= 32_767) return text;
  throw new InvalidArgumentError('Expected the name of a consumer group, such as order-service.');
}

/** Parses the name of a header. The option can be repeated. */
export function headerName(text: string, before: readonly string[] = []): string[] {
  if (text.length <= 200 && isHeaderName(text)) return [...before, text];
  throw new InvalidArgumentError('Expected the name of a header, such as X-Customer.');
}

/** Parses the name of a header that was not given before. Upper and lower case make no difference. */
export function newHeaderName(text: string, before: readonly string[] = []): string[] {
  const isKnown = before.some((name) => name.toLowerCase() === text.toLowerCase());
  if (isKnown) throw new InvalidArgumentError('This header was already given.');
  return headerName(text, before);
}

/** Parses `name=value`. The option can be repeated. A missing value is empty, as in JMeter. */
export function property(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value = ''] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected a property such as threads=5.');
  return { ...before, [name]: value };
}

/**
 * A start of reading that a user can choose: the beginning of a queue, or a time. Only qbl itself can also start at
 * positions that it recorded.
 */
export type NamedStart = Extract<StartingPoint, { readonly kind: 'beginning' | 'time' }>;

/** Parses `beginning` or an ISO 8601 time. */
export function startingPoint(text: string): NamedStart {
  if (text === 'beginning') return { kind: 'beginning' };
  const epochMs = startsWithDay(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs))
    throw new InvalidArgumentError('Expected "beginning" or a time such as 2026-01-31T12:00Z.');
  return { kind: 'time', epochMs };
}

/** Checks the day, because `Date.parse` treats 31 February as 3 March. */
function startsWithDay(text: string): boolean {
  const [day = ''] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  const date = new Date(`${day}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

export function formatStartingPoint(from: NamedStart): string {
  return from.kind === 'beginning' ? from.kind : new Date(from.epochMs).toISOString();
}

export function status(text: string, before: readonly number[] = []): number[] {
  return [...before, wholeNumber(200, 599)(text)];
}

export function labels(text: string, before: readonly string[] = []): string[] {
  if (before.includes(text)) throw new InvalidArgumentError('This label was already given.');
  return [...before, text];
}

/**
 * Returns the parser of an option that sets a field of the plan. It makes the same checks as the schema of that field.
 */
export function planField<T>(schema: z.ZodType<T>, read: (text: string) => unknown): (text: string) => T {
  return (text) => {
    const parsed = schema.safeParse(read(text));
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(sentence(parsed.error.issues[0]?.message ?? 'expected another value'));
  };
}

/** A parser whose errors do not repeat the value, because the value can contain a secret. */
export function unrepeated<T>(flags: string, parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new QblError('usage', `option '${flags}' is invalid. ${error.message}`);
    }
  };
}

export function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** Turns a function that throws QblError into a parser of option values. */
export function explained<T>(read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof QblError)) throw error;
      throw new InvalidArgumentError(sentence(error.message));
    }
  };
}
