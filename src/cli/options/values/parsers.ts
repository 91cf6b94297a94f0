import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { QblError } from '../../../error.ts';
import { isRunId } from '../../../message/identity.ts';
import { DURATION_EXPECTED, parseDuration } from '../../../plan/duration.ts';
import type { StartingPoint } from '../../../queue/queue.ts';

/** Parsers of option values: each gives a value of its type, or says what was expected. */

export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return ms;
}

export function positiveDurationMs(text: string): number {
  const ms = durationMs(text);
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
      `Expected a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    );
  };
}

const MAX_RUNS = 20;

/** `1,2,4`: numbers of instances, one run for each. */
export function instanceNumbers(text: string, most: number): number[] {
  const numbers = text.split(',').map(wholeNumber(1, most));
  if (numbers.length <= MAX_RUNS && new Set(numbers).size === numbers.length) return numbers;
  throw new InvalidArgumentError(`Expected at most ${MAX_RUNS} different numbers such as 1,2,4.`);
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `500`, `64k`, `1m`: bytes, in units of 1,024. */
export function bytes(text: string): number {
  const [, amount, unit] = /^(\d{1,9})([kmg]?)b?$/i.exec(text) ?? [];
  const factor = BYTE_UNITS[(unit ?? '').toLowerCase()];
  if (amount === undefined || factor === undefined || Number(amount) === 0) {
    throw new InvalidArgumentError('Expected a number of bytes such as 500, 64k or 1m.');
  }
  return Number(amount) * factor;
}

/** In the largest unit that has them whole. */
export function formatBytes(count: number): string {
  const units = Object.entries(BYTE_UNITS).reverse();
  const [unit, factor] = units.find(([, each]) => count % each === 0) ?? ['', 1];
  return `${count / factor}${unit}`;
}

export function runId(text: string): string {
  if (isRunId(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 64 of the characters A-Z a-z 0-9 . _ -');
}

/** The name of a header; may be repeated. */
export function headerName(text: string, before: readonly string[] = []): string[] {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('Expected the name of a header, such as X-Customer.');
}

/** `name=value`; may be repeated. Without a value it is empty, as in JMeter. */
export function property(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value = ''] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected a property such as threads=5.');
  return { ...before, [name]: value };
}

/** A start that has a name; others are positions in a log. */
export type NamedStart = Extract<StartingPoint, { readonly kind: 'beginning' | 'time' }>;

/** `beginning`, or a time as ISO 8601. */
export function startingPoint(text: string): NamedStart {
  if (text === 'beginning') return { kind: 'beginning' };
  const epochMs = startsWithDay(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs))
    throw new InvalidArgumentError('Expected "beginning" or a time such as 2026-01-31T12:00Z.');
  return { kind: 'time', epochMs };
}

/** `Date.parse` takes 31 February for 3 March. */
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
  if (before.includes(text)) throw new InvalidArgumentError('It is named already.');
  return [...before, text];
}

/** A parser that checks as the plan's own field is checked. */
export function planField<T>(schema: z.ZodType<T>, read: (text: string) => unknown): (text: string) => T {
  return (text) => {
    const parsed = schema.safeParse(read(text));
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(sentence(parsed.error.issues[0]?.message ?? 'expected another value'));
  };
}

/** A parser of an option whose value may hold a secret: what was typed is not repeated. */
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

/** The parser of an option, for a reader of text that throws what was wrong. */
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
