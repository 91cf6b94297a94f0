import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimAtEndOf } from '../reading/claim-at-end.ts';
import { writeMessage } from '../write.ts';
import { ClaimBytes } from './claim-bytes.ts';

const identity = { run: 'r', group: 1, thread: 2, loop: 3, request: 1 };
const sent = writeMessage('{"a":1}', identity, 1700000000000.251);
const claims = new ClaimBytes();
const claimIn = (value: Buffer) => (claims.read(value) ? claims.claim : null);
/** The claim that the regular expression finds, if only the white space of JSON follows the message. */
const expectedIn = (value: Buffer) => {
  const text = value.toString('latin1');
  return /\}[ \t\n\r]*$/.test(text) ? claimAtEndOf(text) : null;
};

/** Generates in most cases the text `right`, which is valid. The other texts are valid or almost valid. */
const mostly = (right: string, ...others: string[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const parts = {
  run: mostly('r', 'a.b_C-9', 'x'.repeat(64), 'x'.repeat(65), '', 'a b', 'ñ', '..'),
  group: mostly('1', '100', '101', '0', '01', '1000', '-1', ''),
  thread: mostly('1', '2147483647', '2147483648', '0', '01', '12345678901', '1.5', ''),
  loop: mostly('3', '2147483647', '2147483648', '0', '01', '12345678901', '1.5', ''),
  request: mostly('2', '100', '101', '0', '01', '1000', '-1', ''),
  sentAt: mostly('1700000000000.251', '0', '1.', '.5', '01', '1'.repeat(17), `1.${'1'.repeat(17)}`, ''),
  sum: mostly('0123456789abcdef0123456789abcdef', '0123', 'g'.repeat(32), 'a'.repeat(33)),
  before: mostly('{"a":1,', '', '{', '"qbl":{', 'x'.repeat(600)),
  after: mostly('', '\n', ' \t\r\n', '\v', '\f', '\u00a0', '}', 'x', ' '.repeat(500)),
};

it('finds the same claims in the bytes of a value as the regular expression in its text', () => {
  fc.assert(
    fc.property(fc.record(parts), ({ run, group, thread, loop, request, sentAt, sum, before, after }) => {
      const claim = `"qbl":{"run":"${run}","group":${group},"thread":${thread},"loop":${loop},"request":${request},"sentAt":"${sentAt}","sum":"${sum}"}}`;
      const value = Buffer.from(before + claim + after, 'latin1');
      expect(claimIn(value)).toEqual(expectedIn(value));
    }),
    { numRuns: 2_000 },
  );
});

it('finds the same claim in each message with one damaged byte', () => {
  for (let at = 0; at < sent.length; at++) {
    for (const byte of [0, 0x20, 0x22, 0x2e, 0x30, 0x61, 0x7b, 0x7d, 0xa0, 0xff]) {
      const value = Buffer.from(sent);
      value[at] = byte;
      expect(claimIn(value)).toEqual(expectedIn(value));
    }
  }
});

it('reads the claim of another run after that of the first', () => {
  const other = writeMessage('{"a":1}', { ...identity, run: 'other' }, 2);
  expect(claimIn(Buffer.from(sent))?.identity.run).toBe('r');
  expect(claimIn(Buffer.from(other))?.identity.run).toBe('other');
});

it('reads the same time of sending as the text says', () => {
  const digits = fc
    .tuple(fc.constantFrom(1, 13, 16), fc.constantFrom(0, 1, 3, 16))
    .chain(([whole, fraction]) =>
      fc.tuple(
        fc.stringMatching(new RegExp(`^[1-9][0-9]{${whole - 1}}$`)),
        fc.stringMatching(new RegExp(fraction === 0 ? '^$' : `^[.][0-9]{${fraction}}$`)),
      ),
    );
  fc.assert(
    fc.property(digits, ([whole, fraction]) => {
      const text = whole + fraction;
      expect(claims.read(Buffer.from(sent.replace('1700000000000.251', text)))).toBe(true);
      expect(claims.sentAtMs).toBe(Number(text));
      expect(claims.claim.sentAt).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});
