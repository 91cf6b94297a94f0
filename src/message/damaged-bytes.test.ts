import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageReader, Reading } from './reading/read.ts';
import { type Fields, fields, identity, isObject, reader, sent, sortedKeys } from './testing/messages.ts';

describe('MessageReader', () => {
  it('detects damage in any byte of a message', () => {
    fc.assert(
      fc.property(fields, fc.nat(), fc.integer({ min: 1, max: 255 }), (object, at, flip) => {
        const value = Buffer.from(sent(object));
        const damaged = Buffer.from(value);
        const place = at % value.length;
        damaged.writeUInt8(damaged.readUInt8(place) ^ flip, place);
        if (holds(damaged, JSON.parse(value.toString()))) return;
        expect(ruling(reader(object).read(damaged))).toBe('corrupt');
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['20261123-150212-j9gp', 'loop', 'run', 'a'])(
    'detects damage in any byte of a message of run %s, for every byte value',
    (run) => {
      const template = { a: '\uFFFD', b: [1, { c: null }] };
      const value = Buffer.from(sent(template, { ...identity, run }));
      const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
      expect(unseen(value, everyByte, reader(template, run))).toEqual([]);
    },
  );

  it.each([
    ['rewritten by a proxy', (it: Fields) => JSON.stringify(sortedKeys(it), null, 1)],
    ['in an envelope', (it: Fields) => JSON.stringify({ at: 1, payload: it, of: 7 })],
    ['in an envelope as a string', (it: Fields) => JSON.stringify({ at: 1, payload: JSON.stringify(it) })],
    ['in a string within a string', (it: Fields) => JSON.stringify([JSON.stringify([JSON.stringify(it)])])],
  ])('detects damage in any byte of a message %s', (_, wrap) => {
    const value = Buffer.from(wrap(JSON.parse(sent({ a: 1 }))));
    const bytes = Buffer.concat([Buffer.from('"\\ 0x{},:\0\n'), Buffer.from([0x80, 0xff])]);
    expect(unseen(value, [...bytes], reader({ a: 1 }))).toEqual([]);
  });
});

/**
 * Replaces each byte of a message. Returns the changes that damage the message, but that the reader `by` does not
 * report as corrupt.
 */
function unseen(value: Buffer, bytes: readonly number[], by: MessageReader): string[] {
  const message = firstMessage(JSON.parse(value.toString()));
  const found: string[] = [];
  for (const [at, original] of value.entries()) {
    for (const byte of bytes) {
      if (byte === original) continue;
      const damaged = Buffer.from(value);
      damaged[at] = byte;
      const judged = ruling(by.read(damaged));
      if (judged !== 'corrupt' && !holds(damaged, message)) found.push(`${at}: ${byte} is ${judged}`);
    }
  }
  return found;
}

function ruling(reading: Reading): string {
  return reading.kind === 'message' ? reading.condition : reading.kind;
}

function holds(value: Buffer, message: unknown): boolean {
  try {
    return isUtf8(value) && isDeepStrictEqual(firstMessage(JSON.parse(value.toString())), message);
  } catch {
    return false;
  }
}

/** The first object with the reserved key, at any depth of objects, lists and JSON strings. */
function firstMessage(value: unknown): unknown {
  if (typeof value === 'string' && value.includes('{')) return firstMessage(JSON.parse(value));
  if (isObject(value) && 'qbl' in value) return value;
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return parts.map(firstMessage).find((found) => found !== undefined);
}
