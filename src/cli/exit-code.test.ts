import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOfFindings, type Findings } from './exit-code.ts';

/** The findings and their exit codes, in the same order as the table of exit codes in docs/operating.md. */
const ORDER = [
  ['offence', 1],
  ['brokenOff', 4],
  ['interrupted', 130],
  ['failedRequests', 1],
  ['inconclusive', 3],
] as const;

test('the first true finding in the documented order sets the exit code', () => {
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
