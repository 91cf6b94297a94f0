import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PER_PLAN } from '../identity.ts';
import { messagesOf, NumberTokenCodec } from './number-token.ts';
import { spelled, tokensIn } from './spelling.ts';
import { MAX_TOKEN_LOOPS, MAX_TOKEN_THREADS, TokenCodec } from './token.ts';

const execution = { run: 'mine', startedAtMs: 1_700_000_000_000 };
const codec = new TokenCodec(execution);
const few = fc.integer({ min: 1, max: MAX_PER_PLAN });
const places = fc.record({
  group: few,
  thread: fc.integer({ min: 1, max: MAX_TOKEN_THREADS }),
  loop: fc.integer({ min: 1, max: MAX_TOKEN_LOOPS }),
  request: few,
});

describe('a token', () => {
  it('is a UUID of version 8 and holds the identity', () => {
    fc.assert(
      fc.property(places, (place) => {
        const digits = codec.digitsOf(place);
        expect(spelled(digits, 'uuid')).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        expect(codec.read(digits)).toEqual({ identity: { run: 'mine', ...place }, isDamaged: false });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found in a text in both spellings and in upper case', () => {
    fc.assert(
      fc.property(places, fc.constantFrom('uuid', 'digits'), fc.boolean(), (place, spelling, upper) => {
        const digits = codec.digitsOf(place);
        const written = spelled(digits, spelling);
        const text = `order-${upper ? written.toUpperCase() : written};1`;
        expect([...tokensIn(text)]).toContain(digits);
        expect([...tokensIn(`0${written}`)]).toContain(digits);
      }),
    );
  });

  it('with one wrong digit is damaged, and still names its message', () => {
    const digit = fc.constantFrom(...'0123456789abcdef');
    fc.assert(
      fc.property(places, fc.nat(31), digit, (place, at, wrong) => {
        const digits = codec.digitsOf(place);
        fc.pre(digits[at] !== wrong);
        const damaged = `${digits.slice(0, at)}${wrong}${digits.slice(at + 1)}`;
        expect(codec.read(damaged)).toBeNull();
        expect(codec.mayBeDamaged(damaged)).toBe(true);
        expect(codec.repair(damaged)).toEqual({ identity: { run: 'mine', ...place }, isDamaged: true });
      }),
      { numRuns: 300 },
    );
  });

  it('of another run, of another execution or of anyone else is not read', () => {
    const others = [
      new TokenCodec({ ...execution, run: 'other' }),
      new TokenCodec({ ...execution, startedAtMs: execution.startedAtMs + 1 }),
    ];
    fc.assert(
      fc.property(places, fc.uuid(), (place, uuid) => {
        for (const other of others) expect(codec.read(other.digitsOf(place))).toBeNull();
        expect(codec.read(uuid.replaceAll('-', ''))).toBeNull();
        expect(codec.mayBeDamaged(uuid.replaceAll('-', ''))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a number', () => {
  const sizes = fc.array(
    fc.record({
      threads: fc.integer({ min: 1, max: 1_000 }),
      loops: fc.integer({ min: 1, max: 1_000 }),
      requests: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 5 },
  );

  it('is a safe integer and holds the identity', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (groups, inGroups, inGroup) => {
        const index = inGroups % groups.length;
        const { threads, loops, requests } = groups[index] ?? { threads: 1, loops: 1, requests: 1 };
        const place = {
          group: index + 1,
          thread: (inGroup % threads) + 1,
          loop: (inGroup % loops) + 1,
          request: (inGroup % requests) + 1,
        };
        const numbers = new NumberTokenCodec(execution, groups);
        const number = numbers.numberOf(place);
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(numbers.read(number)).toEqual({ identity: { run: 'mine', ...place }, isDamaged: false });
      }),
      { numRuns: 1_000 },
    );
  });

  it('next to a token, or of another execution, is not read', () => {
    fc.assert(
      fc.property(sizes, (groups) => {
        const numbers = new NumberTokenCodec(execution, groups);
        const place = { group: 1, thread: 1, loop: 1, request: 1 };
        const number = numbers.numberOf(place);
        expect(numbers.read(number + 1)).toBeNull();
        expect(numbers.read(number - 1)).toBeNull();
        const later = new NumberTokenCodec({ ...execution, startedAtMs: 1 }, groups);
        expect(later.read(number)).toBeNull();
        expect(groups.reduce((sum, group) => sum + messagesOf(group), 0)).toBeGreaterThan(0);
      }),
    );
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0])('reads no token in %s', (number) => {
    const numbers = new NumberTokenCodec(execution, [{ threads: 1, loops: 1, requests: 1 }]);
    expect(numbers.read(number)).toBeNull();
  });
});
