import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { isRunId } from '../message/identity.ts';
import { DURATION_EXPECTED, parseDuration } from '../plan/duration.ts';
import { headers } from '../plan/schema.ts';
import type { StartingPoint } from '../queue/queue.ts';

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

/** A decimal number; NaN for other forms that JavaScript takes, such as `0x2` and `1e1`. */
export function numberOf(text: string): number {
  return /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
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

export function runId(text: string): string {
  if (isRunId(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 64 of the characters A-Z a-z 0-9 . _ -');
}

/** `Name: value`; may be repeated. */
export function header(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const colon = text.indexOf(':');
  if (colon < 1)
    throw new InvalidArgumentError('Expected a header such as "Content-Type: application/json".');
  const one = { [text.slice(0, colon).trim()]: text.slice(colon + 1).trim() };
  const mistake = headers.safeParse(one).error?.issues[0]?.message;
  if (mistake !== undefined) throw new InvalidArgumentError(sentence(mistake));
  return { ...before, ...one };
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

/** `beginning`, or a time as ISO 8601. */
export function startingPoint(text: string): StartingPoint {
  if (text === 'beginning') return { kind: 'beginning' };
  const epochMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs))
    throw new InvalidArgumentError('Expected "beginning" or a time such as 2026-01-31T12:00Z.');
  return { kind: 'time', epochMs };
}

export function status(text: string, before: readonly number[] = []): number[] {
  return [...before, wholeNumber(300, 599)(text)];
}

/** A parser that checks as the plan's own field is checked. */
export function planField<T>(schema: z.ZodType<T>, read: (text: string) => unknown): (text: string) => T {
  return (text) => {
    const parsed = schema.safeParse(read(text));
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(sentence(parsed.error.issues[0]?.message ?? 'expected another value'));
  };
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
