import { describe, test } from 'vitest';
import { describeMissing, missingTools, type Tool } from './tools.ts';

/**
 * Tests that need tools. Where one is missing they are skipped with the reason; where CI is set they fail, since
 * what is never run proves nothing.
 */
export function describeWith(tools: readonly Tool[], name: string, define: () => void): void {
  const missing = missingTools(tools);
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const reason = describeMissing(missing);
  if (process.env['CI']) {
    test(`${name}: has what it needs`, () => {
      throw new Error(reason);
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${reason}\n`);
  describe.skip(`${name} (${reason})`, define);
}
