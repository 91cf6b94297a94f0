import { describe, test } from 'vitest';
import { describeMissing, missingTools, type Tool } from './tools.ts';

/**
 * Defines tests that need tools. If a tool is missing, they are skipped with the reason. With CI set they fail,
 * because a test that never runs proves nothing.
 */
export function describeWith(tools: readonly Tool[], name: string, define: () => void): void {
  const missing = missingTools(tools);
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const reason = describeMissing(missing);
  if (process.env['CI']) {
    test(`${name}: all required tools are installed`, () => {
      throw new Error(reason);
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${reason}\n`);
  describe.skip(`${name} (${reason})`, define);
}
