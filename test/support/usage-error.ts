import { expect } from 'vitest';
import type { Ended } from './qbl.ts';

/**
 * Expects a usage error: exit code 2, one line with the reason, nothing on standard output, and no stack. Returns that
 * line.
 */
export function expectUsageError(ended: Ended): string {
  expect(ended.code, ended.stderr).toBe(2);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  const lines = ended.stderr.split('\n').filter((line) => line.includes('error:'));
  expect(lines, ended.stderr).toHaveLength(1);
  return lines[0] ?? '';
}
