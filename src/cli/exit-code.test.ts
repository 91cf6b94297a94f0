import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOfFindings, type Findings } from './exit-code.ts';

/** As docs/operating.md lists them. */
const ORDER = [
  ['offence', 1],
  ['brokenOff', 4],
  ['interrupted', 130],
  ['failedRequests', 1],
  ['inconclusive', 3],
] as const;

test('the first finding of the documented order decides', () => {
  const findings: fc.Arbitrary<Findings> = fc.record({
    offence: fc.boolean(),
    brokenOff: fc.boolean(),
    interrupted: fc.boolean(),
    failedRequests: fc.boolean(),
    inconclusive: fc.boolean(),
  });
  fc.assert(
    fc.property(findings, (found) => {
      const first = ORDER.find(([name]) => found[name]);
      expect(exitCodeOfFindings(found)).toBe(first?.[1] ?? 0);
    }),
  );
});
